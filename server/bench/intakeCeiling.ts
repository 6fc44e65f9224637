/**
 * What the intake could do at best on this machine: a bare server that parses each body and commits
 * it in groups, with the same shards, the same block format and the same flush to disk, and does
 * nothing else. No routing, no keys, no checks, no counters, no positions. A process of its own.
 */
import { createServer } from 'node:http'
import { APPENDER_LIMITS, createAppender } from '../src/platform/log/appender.ts'
import { packBlock } from '../src/platform/log/block.ts'
import { SHARDS } from '../src/platform/log/postgresLog.ts'
import { openPostgres } from '../src/platform/postgres.ts'

const [postgresUrl, port] = process.argv.slice(2)
if (!postgresUrl || !port) throw new Error('The address of PostgreSQL and a port are needed.')

const postgres = openPostgres({ url: postgresUrl, connectionsMax: 4 })
await postgres.query('CREATE SCHEMA IF NOT EXISTS bench')
await postgres.query('CREATE TABLE IF NOT EXISTS bench.block (bytes bytea NOT NULL)')
await postgres.query('ALTER TABLE bench.block ALTER COLUMN bytes SET STORAGE EXTERNAL')

let written = 0
const appender = createAppender({
  shards: SHARDS,
  ...APPENDER_LIMITS,
  shardOf: () => written % SHARDS.live,
  write: async (_shard, entries) => {
    await postgres.query('INSERT INTO bench.block VALUES ($1)', [packBlock(entries)])
    return async () => 1
  },
})

const server = createServer((request, response) => {
  if (request.method === 'GET') return response.end('ready')
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts)
    JSON.parse(body.toString('utf8'))
    const header = { workspace: 1, kind: 'request' as const, source: 1, receivedAt: 0, count: 1 }
    written += 1
    appender.append({ lane: 'live', shardKey: '', entry: { header, body } }).then(
      () => response.end('{"success":true}'),
      () => response.writeHead(429, { 'content-length': 0 }).end(),
    )
  })
})
server.listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
