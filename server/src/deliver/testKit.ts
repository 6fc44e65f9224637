/** What the tests of this room share: a real receiver, and a database with people in it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { TestDatabase } from '../../test/engines.ts'
import type { Actor } from '../platform/api.ts'
import type { ManualClock } from '../platform/clock.ts'
import { parseConfig } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { newIdFrom } from '../platform/ids.ts'
import { writeConsents } from '../privacy/index.ts'
import type { ReadProfile } from './context.ts'
import { createDestination } from './destinations.ts'
import type { DestinationInput } from './schema.ts'
import { openVault } from './vault.ts'

const SECRET = 'a secret of the tests, 32 characters at least'
export const SEGMENT = '00000000-0000-7000-8000-00000000005e'

export type Received = { headers: IncomingHttpHeaders; body: string; event: CloudEvent }
export type CloudEvent = {
  id: string
  type: string
  subject: string
  data: { idempotencyKey: string; profile: { id: string; traits: Record<string, unknown> } }
}

/** Answers a request; not answering at all is an answer too. */
export type Reply = (response: ServerResponse, received: Received) => void
export const answer =
  (status: number, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers).end('{"from":"the receiver"}')
  }

/** A receiver on this machine that keeps what it gets. */
export async function openReceiver(first: Reply = answer(200)) {
  const received: Received[] = []
  let reply = first
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const one = { headers: request.headers, body, event: JSON.parse(body) as CloudEvent }
      received.push(one)
      reply(response, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    replyWith: (next: Reply) => {
      reply = next
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function testDeps(database: TestDatabase, clock: ManualClock): Deps {
  const config = parseConfig({ CLIENTELE_SECRET: SECRET, ALLOW_PRIVATE_NETWORK: 'true' })
  return {
    postgres: database.postgres,
    clickhouse: database.clickhouse,
    clock,
    newId: newIdFrom(clock),
    log: pino({ level: 'silent' }),
    config,
  }
}

export const admin = (workspace: number): Actor => ({
  workspace,
  kind: 'user',
  id: '00000000-0000-7000-8000-000000000001',
  name: 'Ada',
  role: 'admin',
  scopes: [],
})

export function makeDestination(
  deps: Deps,
  workspace: number,
  input: Partial<DestinationInput> & { url: string },
) {
  const { url, ...rest } = input
  return createDestination({ deps, vault: openVault(SECRET) }, admin(workspace), {
    name: 'Receiver',
    kind: 'webhook',
    config: { url },
    triggers: [{ segment: SEGMENT, on: ['entered', 'left'] }],
    ...rest,
  })
}

/** A workspace of its own for each test, as far as this room is concerned. */
export async function makeWorkspace(deps: Deps): Promise<number> {
  const [row] = await deps.postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ($1, 'Test', $2, now()) RETURNING id`,
    [deps.newId(), Buffer.alloc(32)],
  )
  if (!row) throw new Error('No workspace.')
  await deps.postgres.query(
    `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, created_at,
       updated_at, updated_by)
     VALUES ($1, $2, 'Fidèles', 'Loyal', '{"all":[]}', 'live', now(), now(), 'Ada')`,
    [SEGMENT, row.id],
  )
  return row.id
}

/** A person with one e-mail address; returns the profile's id. */
export async function makePerson(deps: Deps, workspace: number, email: string): Promise<string> {
  const id = deps.newId()
  await deps.postgres.query(
    'INSERT INTO identifier (id, workspace, namespace, value) VALUES ($1, $2, $3, $4)',
    [id, workspace, 'email', email],
  )
  return id
}

/** Puts a transition into the outbox, as the flow does. */
export async function transition(
  deps: Deps,
  change: { workspace: number; profile: string; number?: number; change?: 'entered' | 'left' },
): Promise<string> {
  const key = `seg:${SEGMENT}:${change.profile}:${change.number ?? 1}`
  const at = new Date(deps.clock.now())
  const body = {
    segment: { id: SEGMENT, name: { fr: 'Fidèles', en: 'Loyal' } },
    change: change.change ?? 'entered',
    at: at.toISOString(),
    version: 1,
    profile: change.profile,
    cause: { event: 'Order Completed' },
  }
  await deps.postgres.query(
    `INSERT INTO outbox (workspace, kind, key, profile, body, created_at)
     VALUES ($1, 'segment', $2, $3, $4, $5)`,
    [change.workspace, key, change.profile, JSON.stringify(body), at],
  )
  return key
}

export async function say(
  deps: Deps,
  said: { workspace: number; email: string; purpose: string; granted: boolean },
): Promise<void> {
  const { workspace, email, purpose, granted } = said
  const at = deps.clock.now()
  const fact = { purpose, granted, at, channel: '*', source: '1', event: deps.newId(), proof: null }
  await writeConsents(deps.postgres, [{ ...fact, workspace, identifier: `email:${email}` }], at)
}

export const readProfile: ReadProfile = async (deps, workspace, id) => {
  const identifiers = await deps.postgres.query<{ namespace: string; value: string }>(
    'SELECT namespace, value FROM identifier WHERE workspace = $1 AND id = $2',
    [workspace, id],
  )
  if (identifiers.length === 0) return null
  return { id, identifiers, traits: { city: { value: 'Lyon' } } }
}

/** The states of a workspace's deliveries, by idempotency key. */
export async function statesOf(deps: Deps, workspace: number) {
  return deps.postgres.query<{
    key: string
    state: string
    reason: string | null
    attempts: number
    next_attempt_at: Date | null
  }>(
    `SELECT key, state, reason, attempts, next_attempt_at FROM delivery
     WHERE workspace = $1 ORDER BY sequence, key`,
    [workspace],
  )
}

/** Waits until the question is answered with yes; fails after five seconds. */
export async function until(question: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!(await question())) {
    if (performance.now() > deadline) throw new Error('It did not happen within five seconds.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
