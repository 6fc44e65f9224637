import type { Writable } from 'node:stream'
import pg from 'pg'
import { type Sql, types } from '../postgres.ts'
import { copyIn, copyOut } from './copy.ts'
import { type KeptFile, readKept, writeKept } from './files.ts'

/** One table of PostgreSQL in a backup. */
export type KeptTable = {
  name: string
  columns: string[]
  /** Partitions, with what stands in each: made again before the rows come. */
  partitions: { name: string; bound: string }[]
  file: KeptFile
}

/** Tables that belong to a running program and not to its data. */
const LEFT_OUT = ['process', 'schema_migrations']

/** One connection: COPY and ordinary statements in the same transaction. */
export type Connection = { client: pg.Client; sql: Sql; close(): Promise<void> }

/** Opens a connection in a transaction that may last for hours; closing it takes it back. */
export async function openTransaction(url: string, mode: string): Promise<Connection> {
  const client = new pg.Client({ connectionString: url, types })
  let fault: Error | null = null
  client.on('error', (error) => {
    fault = error
  })
  await client.connect()
  await client.query(`BEGIN ISOLATION LEVEL ${mode}`)
  await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
  const query = async <Row>(text: string, values?: unknown[]) => {
    if (fault) throw fault
    return (await client.query(text, values)).rows as Row[]
  }
  return { client, sql: { query }, close: () => client.end() }
}

/** Copies every table as the transaction sees it. */
export async function exportTables(
  { client, sql }: Connection,
  folder: string,
  onProgress: (fraction: number) => void,
): Promise<KeptTable[]> {
  const names = await tablesInOrder(sql)
  const kept: KeptTable[] = []
  for (const [index, name] of names.entries()) {
    const columns = await columnsOf(sql, name)
    const partitions = await partitionsOf(sql, name)
    const text = `COPY (SELECT ${quoted(columns)} FROM ${quote(name)}) TO STDOUT (FORMAT binary)`
    const fill = (into: Writable) => copyOut(client, text, into)
    const file = await writeKept(folder, `postgres/${name}.zst`, fill)
    kept.push({ name, columns, partitions, file })
    onProgress((index + 1) / names.length)
  }
  return kept
}

/** Fills the tables of a database that was only just migrated. */
export async function importTables(
  { client, sql }: Connection,
  folder: string,
  kept: readonly KeptTable[],
): Promise<void> {
  for (const { name, columns, partitions, file } of kept) {
    for (const partition of partitions) await makePartition(sql, name, partition)
    // A migration may have put rows of its own there.
    const [held] = await sql.query(`SELECT 1 FROM ${quote(name)} LIMIT 1`)
    if (held) await sql.query(`DELETE FROM ${quote(name)}`)
    const text = `COPY ${quote(name)} (${quoted(columns)}) FROM STDIN (FORMAT binary)`
    await copyIn(client, text, readKept(folder, file))
    await advanceNumbers(sql, name)
  }
}

/** Tables in an order in which each comes after those that it refers to. */
async function tablesInOrder(sql: Sql): Promise<string[]> {
  const tables = await sql.query<{ name: string; needs: string[] }>(
    `SELECT relname AS name, ARRAY(
       SELECT target.relname::text FROM pg_constraint c
       JOIN pg_class target ON target.oid = c.confrelid
       WHERE c.conrelid = own.oid AND c.contype = 'f' AND c.confrelid <> own.oid) AS needs
     FROM pg_class own WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relname <> ALL($1) ORDER BY relname`,
    [LEFT_OUT],
  )
  const ordered: string[] = []
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name, needs }) => !ordered.includes(name) && needs.every((one) => ordered.includes(one)),
    )
    if (next.length === 0) throw new Error('Tables refer to each other in a circle.')
    ordered.push(...next.map(({ name }) => name))
  }
  return ordered
}

async function columnsOf(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     ORDER BY attnum`,
    [`public.${quote(table)}`],
  )
  return rows.map(({ name }) => name)
}

async function partitionsOf(sql: Sql, table: string): Promise<KeptTable['partitions']> {
  return sql.query(
    `SELECT relname AS name, pg_get_expr(relpartbound, pg_class.oid) AS bound
     FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = $1::regclass AND relispartition ORDER BY relname`,
    [`public.${quote(table)}`],
  )
}

async function makePartition(
  sql: Sql,
  table: string,
  { name, bound }: { name: string; bound: string },
): Promise<void> {
  // It becomes part of a statement: a list of plain values is all that this program makes.
  if (!/^FOR VALUES IN \('[\w-]+'(, '[\w-]+')*\)$/.test(bound)) {
    throw new Error(`The backup has a partition of ${table} that this program does not know.`)
  }
  await sql.query(`CREATE TABLE IF NOT EXISTS ${quote(name)} PARTITION OF ${quote(table)} ${bound}`)
}

/** Numbers that the database gives go on after those that came with the rows. */
async function advanceNumbers(sql: Sql, table: string): Promise<void> {
  const identities = await sql.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attidentity <> '' AND NOT attisdropped`,
    [`public.${quote(table)}`],
  )
  for (const { name } of identities) {
    await sql.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), max(${quote(name)})) FROM ${quote(table)}`,
      [`public.${quote(table)}`, name],
    )
  }
}

const quote = (name: string): string => pg.escapeIdentifier(name)
const quoted = (names: readonly string[]): string => names.map(quote).join(', ')
