import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/engines.ts'
import type { Actor, Api } from '../platform/api.ts'
import { manualClock } from '../platform/clock.ts'
import { parseConfig } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import { createApi } from '../platform/http.ts'
import { newIdFrom } from '../platform/ids.ts'
import { type AppendRequest, LogOverloaded } from '../platform/log/log.ts'
import { surroundingsOf } from '../resolve/index.ts'
import { may } from '../workspace/index.ts'
import { consentOfControl } from './consent.ts'
import { consentsOfProfile, decideConsents, readLedger, writeConsents } from './ledger.ts'
import { readPurposes } from './purposes.ts'
import { privacyRoutes } from './routes.ts'
import type { ConsentRow } from './schema.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
let database: TestDatabase
let deps: Deps
let app: Api
let workspace = 0
let role: Actor['role'] = 'admin'
let full = false
const appended: AppendRequest[] = []

beforeAll(async () => {
  database = await openTestDatabase()
  const clock = manualClock(NOW)
  const { postgres, clickhouse } = database
  const log = pino({ level: 'silent' })
  deps = { postgres, clickhouse, clock, newId: newIdFrom(clock), log, config: parseConfig({}) }
  const [row] = await postgres.query<{ id: number }>(
    `INSERT INTO workspace (key, name, hash_key, created_at)
     VALUES ('w', 'Test', $1, now()) RETURNING id`,
    [Buffer.alloc(32)],
  )
  workspace = row?.id ?? 0
  app = await openApi()
})
afterAll(async () => {
  await app.close()
  await database.close()
})

async function openApi() {
  const api = await createApi({
    log: deps.log,
    newId: deps.newId,
    intake: null,
    authenticate: async () => ({
      ...{ workspace, kind: 'user', id: deps.newId(), name: 'Ada', role, scopes: [] },
      kind: 'user' as const,
    }),
    may,
    checks: {},
    metrics: new Registry(),
    webDir: null,
    publicUrl: 'http://127.0.0.1',
  })
  const log = {
    append: async (request: AppendRequest) => {
      if (full) throw new LogOverloaded(1)
      appended.push(request)
      const position = appended.length
      return { lane: request.lane, shard: 0, position: async () => position }
    },
  }
  privacyRoutes(api, deps, {
    log,
    changeSettings: (_workspace, change) => deps.postgres.transaction(change),
  })
  return api
}

async function makePerson(email: string): Promise<string> {
  const id = deps.newId()
  await deps.postgres.query("INSERT INTO identifier VALUES ($1, $2, 'email', $3)", [
    id,
    workspace,
    email,
  ])
  return id
}

const fact = (email: string, granted: boolean, at: number, more: Partial<ConsentRow> = {}) => ({
  ...{ workspace, identifier: `email:${email}`, purpose: 'marketing', channel: '*', granted, at },
  ...{ source: '1', event: `m${at}`, proof: null, ...more },
})
const ledgerOf = (email: string) =>
  readLedger(deps.postgres, {
    workspace,
    profile: null,
    identifier: `email:${email}`,
    before: Number.MAX_SAFE_INTEGER,
    limit: 50,
  })
const marketing = async (profile: string) => {
  const question = { profile, purpose: 'marketing', channel: 'email' }
  const [decision] = await decideConsents(deps.postgres, workspace, [question])
  if (!decision) throw new Error('Nothing was decided.')
  return decision
}

describe('the ledger in the database', () => {
  it('keeps changes once, whatever the batches and however often they come', async () => {
    const profile = await makePerson('a@x.fr')
    const rows = [fact('a@x.fr', true, 1), fact('a@x.fr', true, 2), fact('a@x.fr', false, 3)]
    for (const row of rows) await writeConsents(deps.postgres, [row], NOW)
    await writeConsents(deps.postgres, [...rows].reverse(), NOW)
    for (const row of rows) await writeConsents(deps.postgres, [row], NOW)
    expect((await ledgerOf('a@x.fr')).map(({ granted }) => granted)).toEqual([false, true])
    expect(await marketing(profile)).toEqual({ allowed: false, reason: 'consent_refused' })
  })

  it('lets the latest answer stand, also when it comes first, and a refusal win a tie', async () => {
    const profile = await makePerson('b@x.fr')
    await writeConsents(deps.postgres, [fact('b@x.fr', true, 9)], NOW)
    await writeConsents(deps.postgres, [fact('b@x.fr', false, 5)], NOW)
    expect((await marketing(profile)).allowed).toBe(true)
    await writeConsents(deps.postgres, [fact('b@x.fr', false, 9)], NOW)
    expect((await marketing(profile)).reason).toBe('consent_refused')
    await writeConsents(deps.postgres, [fact('b@x.fr', true, 9)], NOW)
    expect((await marketing(profile)).reason).toBe('consent_refused')
  })

  it('refuses to be changed', async () => {
    await writeConsents(deps.postgres, [fact('c@x.fr', true, 1)], NOW)
    await expect(deps.postgres.query('UPDATE consent SET granted = false')).rejects.toThrow(
      /append-only/,
    )
    await expect(deps.postgres.query('TRUNCATE consent')).rejects.toThrow(/append-only/)
  })

  it('answers for all identifiers of a merged profile, asked by either id', async () => {
    const [profile, alias] = [await makePerson('d@x.fr'), await makePerson('e@x.fr')]
    await writeConsents(deps.postgres, [fact('e@x.fr', true, 1)], NOW)
    expect((await marketing(profile)).reason).toBe('consent_missing')
    await deps.postgres.query('INSERT INTO profile_alias VALUES ($1, $2)', [alias, profile])
    expect((await marketing(profile)).allowed).toBe(true)
    expect((await marketing(alias)).allowed).toBe(true)
    const around = await surroundingsOf(deps.postgres, { workspace, profile })
    expect(await consentsOfProfile(deps.postgres, workspace, around)).toEqual([
      { purpose: 'marketing', channel: '*', granted: true, at: 1, source: '1' },
    ])
  })

  it('stays within its workspace', async () => {
    const profile = await makePerson('f@x.fr')
    const elsewhere = fact('f@x.fr', true, 1, { workspace: workspace + 1 })
    await writeConsents(deps.postgres, [elsewhere], NOW)
    expect((await marketing(profile)).reason).toBe('consent_missing')
  })

  it('creates the purposes it hears of, which need consent, and at most 200 of them', async () => {
    const rows = Array.from({ length: 250 }, (_, n) =>
      fact('g@x.fr', true, 1, { purpose: `p${n}`, event: `m${n}` }),
    )
    for (const row of rows) await writeConsents(deps.postgres, [row], NOW)
    const purposes = await readPurposes(deps.postgres, workspace)
    expect(purposes.length).toBe(204)
    expect(purposes.find(({ key }) => key === 'p1')).toMatchObject({ basis: 'consent' })
    await deps.postgres.query('DELETE FROM purpose')
  })
})

async function call(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
  const url = `/api/v1${path}`
  const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.json() }
}

describe('POST /consents', () => {
  const input = { identifier: 'email:h@x.fr', purpose: 'Marketing', granted: true }

  it('enters by the log, for the flow to write', async () => {
    const { status } = await call('POST', '/consents', { ...input, proof: 'form v3' })
    expect(status).toBe(202)
    const { entry, lane } = appended.at(-1) ?? {}
    expect(lane).toBe('live')
    expect(entry?.header).toMatchObject({ workspace, kind: 'control', receivedAt: NOW, count: 1 })
    const body = JSON.parse(Buffer.from(entry?.body ?? []).toString('utf8'))
    expect(consentOfControl(body)).toMatchObject({
      identifier: 'email:h@x.fr',
      fact: { purpose: 'marketing', channel: '*', granted: true, at: NOW, proof: 'form v3' },
    })
    expect(consentOfControl({ type: 'other' })).toBeNull()
  })

  it('answers 429 while the log takes nothing', async () => {
    full = true
    const { status } = await call('POST', '/consents', input)
    full = false
    expect(status).toBe(429)
  })

  it.each([
    { description: 'an identifier without a namespace', change: { identifier: 'h@x.fr' } },
    { description: 'a purpose that is no word', change: { purpose: 'a b' } },
    { description: 'an answer that is no boolean', change: { granted: 'yes' } },
    { description: 'a time that is none', change: { at: 'yesterday' } },
    { description: 'a time of the future', change: { at: '2027-01-01T00:00:00Z' } },
    { description: 'a field that does not exist', change: { expires: 1 } },
  ])('refuses $description with a sentence', async ({ change }) => {
    const before = appended.length
    const { status, body } = await call('POST', '/consents', { ...input, ...change })
    expect(status).toBe(400)
    expect(body.detail).toMatch(/\.$/)
    expect(appended).toHaveLength(before)
  })
})

describe('GET /consents', () => {
  it('pages through the ledger of a profile or an identifier, masked for a reader', async () => {
    const profile = await makePerson('marie.blanc@x.fr')
    const rows = [1, 2, 3].map((at) => fact('marie.blanc@x.fr', at % 2 === 1, at))
    await writeConsents(deps.postgres, rows, NOW)
    const first = await call('GET', `/consents?profile=${profile}&limit=2`)
    expect(first.body.data.map(({ granted }: { granted: boolean }) => granted)).toEqual([
      true,
      false,
    ])
    const second = await call(
      'GET',
      `/consents?profile=email:marie.blanc@x.fr&limit=2&cursor=${first.body.next}`,
    )
    expect(second.body.data).toHaveLength(1)
    expect(second.body.next).toBeNull()
    role = 'reader'
    const masked = await call('GET', `/consents?profile=${profile}`)
    const refused = await call('POST', '/consents', {})
    role = 'admin'
    expect(masked.body.data).toHaveLength(3)
    expect(JSON.stringify(masked.body)).not.toContain('marie.blanc')
    expect(refused.status).toBe(403)
  })
})

describe('purposes', () => {
  it('have four that are built in, and take others and other names', async () => {
    const before = await call('GET', '/purposes')
    expect(before.body.data.map(({ key }: { key: string }) => key)).toEqual([
      'marketing',
      'personalisation',
      'analytics',
      'service',
    ])
    const name = { fr: 'Parrainage', en: 'Referral' }
    const purposes = [
      { key: 'Referral', name, basis: 'consent' },
      { key: 'analytics', name: { fr: 'Mesure', en: 'Metrics' }, basis: 'legitimate_interest' },
    ]
    expect((await call('PUT', '/purposes', purposes)).status).toBe(200)
    const after = (await call('GET', '/purposes')).body.data
    expect(after).toContainEqual({ key: 'referral', name, basis: 'consent' })
    expect(after).toContainEqual(purposes[1])
    expect((await call('PUT', '/purposes', [{ key: 'x', name, basis: 'none' }])).status).toBe(400)
  })
})
