/** What the tests of this room share: the whole program with a few people in it. */
import { startProgram } from '../../test/program.ts'
import type { Deps } from '../platform/deps.ts'
import { DAY_MS, MINUTE_MS } from '../platform/durations.ts'
import { issueApiKey } from '../workspace/index.ts'

type Headers = { authorization: string }
/** Answers are looked at field by field; their shapes are what the tests are about. */
type Answer = { status: number; body: ReturnType<typeof JSON.parse> }

export type TestKit = Awaited<ReturnType<typeof openKit>>

/** Starts the program and tells it about Léa (web, then signed in), Paul, and a visitor. */
export async function openKit() {
  const program = await startProgram()
  const { deps, workspace } = program
  const admin = { authorization: `Bearer ${program.adminKey}` }
  const reader = await keyOf(deps, workspace.id, ['*:read'])
  const call = async (path: string, init: RequestInit, headers: Headers): Promise<Answer> => {
    const sent = { ...init, headers: { ...headers, ...init.headers } }
    const answer = await fetch(`${program.url}/api/v1${path}`, sent)
    return { status: answer.status, body: await answer.json() }
  }
  const response = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
    body: JSON.stringify({ batch: story(deps.clock.now()) }),
  })
  if (response.status !== 200) throw new Error(`The story was not taken: ${response.status}.`)
  await program.settled()
  return {
    deps,
    reader,
    settled: program.settled,
    close: program.close,
    get: (path: string, headers: Headers = admin) => call(path, {}, headers),
    post: (path: string, body: object, headers: Headers = admin) =>
      call(
        path,
        {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        },
        headers,
      ),
    fetch: (path: string, init: RequestInit) =>
      fetch(`${program.url}/api/v1${path}`, { ...init, headers: admin }),
    /** Writes a stay in a segment, and a delivery that it caused; returns the segment's id. */
    passThrough: (who: { profile: string }) => passThrough(deps, workspace.id, who.profile),
    /** The key of somebody in another workspace. */
    stranger: () => stranger(deps),
  }
}

async function keyOf(deps: Deps, workspace: number, scopes: string[]): Promise<Headers> {
  const actor = { kind: 'system', name: 'test' } as const
  const wish = { workspace, actor, name: 'test', scopes, expiresAt: null }
  const { key } = await issueApiKey(deps, wish)
  return { authorization: `Bearer ${key}` }
}

async function passThrough(deps: Deps, workspace: number, profile: string): Promise<string> {
  const now = new Date(deps.clock.now())
  const segment = deps.newId()
  const [row] = await deps.postgres.query<{ id: number }>(
    `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, created_at,
       updated_at, updated_by)
     VALUES ($1, $2, 'Fidèles', 'Loyal', '{"all":[]}', 'live', $3, $3, 'test') RETURNING id`,
    [segment, workspace, now],
  )
  const place = { workspace, lane: 'live', shard: 0, position: 1, profile, segment: row?.id }
  const about = { ...place, segment_version: 1, cause: 'event', recorded_at: now.toISOString() }
  await deps.clickhouse.insert('membership_change', [
    { ...about, change: 'entered', at: new Date(now.getTime() - 120_000).toISOString() },
    { ...about, change: 'left', at: new Date(now.getTime() - 60_000).toISOString() },
  ])
  const destination = deps.newId()
  await deps.postgres.query(
    `INSERT INTO destination (id, workspace, name, kind, config, sealed, purpose, triggers, enabled,
       created_at, updated_at)
     VALUES ($1, $2, 'Receiver', 'webhook', '{}', '', 'marketing', '[]', true, $3, $3)`,
    [destination, workspace, now],
  )
  await deps.postgres.query(
    `INSERT INTO delivery (id, workspace, destination, key, profile, sequence, segment, change,
       transition, state, reason, created_at, updated_at)
     VALUES ($1, $2, $3, 'k', $4, 1, $5, 'entered', '{}', 'refused', 'consent_missing', $6, $6)`,
    [deps.newId(), workspace, destination, profile, segment, now],
  )
  return segment
}

async function stranger(deps: Deps): Promise<Headers> {
  const [row] = await deps.postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ($1, 'Other', $2, now()) RETURNING id`,
    [deps.newId(), Buffer.alloc(32, 1)],
  )
  return keyOf(deps, row?.id ?? 0, ['*'])
}

function story(now: number): object[] {
  const at = (ms: number) => new Date(now - ms).toISOString()
  const lea = { userId: 'u1', anonymousId: 'dev-1' }
  const address = { street: '3 rue du Test', city: 'Lyon' }
  const total = { total: 120.5, currency: 'EUR', products: [{ sku: 'a' }] }
  return [
    {
      type: 'identify',
      userId: 'u1',
      timestamp: at(3 * DAY_MS),
      traits: { city: 'Paris', firstName: 'Léa', lastName: 'Martin' },
    },
    {
      type: 'page',
      anonymousId: 'dev-1',
      timestamp: at(50 * MINUTE_MS),
      properties: { path: '/' },
    },
    {
      type: 'identify',
      ...lea,
      timestamp: at(48 * MINUTE_MS),
      traits: { email: 'lea@maison.fr', city: 'Lyon', birthday: '1984-03-14', address },
    },
    {
      type: 'page',
      anonymousId: 'dev-1',
      timestamp: at(46 * MINUTE_MS),
      properties: { path: '/a' },
    },
    { type: 'track', event: 'Order Completed', ...lea, timestamp: at(5_000), properties: total },
    {
      type: 'identify',
      userId: 'u1',
      timestamp: at(2 * DAY_MS),
      traits: { phone: '06 12 34 56 78' },
    },
    { type: 'identify', userId: 'u2', timestamp: at(DAY_MS), traits: { firstName: 'Paul' } },
    // Paul gives Léa's address: it would join two customer numbers.
    { type: 'identify', userId: 'u2', timestamp: at(4_000), traits: { email: 'lea@maison.fr' } },
    { type: 'page', anonymousId: 'dev-2', timestamp: at(3_000), properties: { path: '/b' } },
  ].map((event, index) => ({ messageId: `m${index}`, ...event }))
}
