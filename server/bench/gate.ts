import pg from 'pg'
import type { House } from './house.ts'

/** Holds up a part of the program until it is opened. */
export type Gate = { open(): Promise<void> }

/**
 * Holds up the flow, or the sink, by holding the rows with its positions: the process runs, is
 * warm and has its shards, and begins with its work the moment the gate opens.
 */
export async function closeGate(house: House, part: 'flow' | 'sink'): Promise<Gate> {
  // A connection of its own: those of the program may not stay idle in a transaction for long.
  const client = new pg.Client({ connectionString: house.postgresUrl })
  await client.connect()
  await client.query('BEGIN')
  await client.query(`SELECT 1 FROM ${part}_cursor ORDER BY lane, shard FOR UPDATE`)
  return {
    open: async () => {
      await client.query('COMMIT')
      await client.end()
    },
  }
}
