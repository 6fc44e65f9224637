import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeDocument } from '../src/profile/codec.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { openStage, type Stage, type Told } from './history.ts'
import { sent } from './people.ts'

/** Published scenarios of other products, restated as facts; they lie beside the repository. */
const FOLDER = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'identity-scenarios')
const FILES = ['segment.json', 'mixpanel.json']

type SentEvent = { seq: number; device_id?: string; user_id?: string } & Record<string, unknown>
type Scenario = {
  id: string
  existing?: { user_id: string; email: string }[]
  events: SentEvent[]
  expected: {
    profiles: number
    clusters?: string[][]
    identifiers?: string[]
    owner_of_event?: Record<string, string>
    events_on_profile?: number
  }
}

const isThere = FILES.every((file) => existsSync(join(FOLDER, file)))
const scenarios = isThere
  ? FILES.flatMap(
      (file) =>
        (JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { scenarios: Scenario[] })
          .scenarios,
    )
  : []

let database: TestDatabase
let stage: Stage
beforeAll(async () => {
  database = await openTestDatabase()
  stage = await openStage(database.postgres)
})
afterAll(async () => {
  await stage.log.close()
  await database.close()
})

const nameOf = (seq: number) => `Event ${seq}`

/** Each event under a name of its own, so that its person can be found by it. */
function historyOf({ existing = [], events }: Scenario): Told[] {
  const known = existing.map(({ user_id: userId, email }, index) =>
    sent(index, { type: 'identify', userId, traits: { email } }),
  )
  const told = events.map(({ seq, device_id, user_id, type, name, ...rest }) => {
    const ids = device_id || user_id ? { anonymousId: device_id, userId: user_id } : rest
    const context = { ...(rest.context as object), ...contextOf(rest) }
    return sent(10 + seq, { ...ids, type: 'track', event: nameOf(seq), context })
  })
  return [...known, ...told]
}

/** Traits of an identify call travel in the context, where a tracked event may say them too. */
const contextOf = ({ traits }: Record<string, unknown>) => (traits ? { traits } : {})

/** Names that an event of the scenario gives to its sender. */
function namesIn(event: SentEvent): string[] {
  const { anonymousId, userId, device_id, user_id, context } = event
  const device = (context as { device?: { id: string; type: string } } | undefined)?.device
  const email = (event.traits as { email?: string } | undefined)?.email
  const bare = [device_id, user_id].filter((one) => one !== undefined)
  if (bare.length > 0) return bare
  return [
    ...(anonymousId ? [`anonymous_id:${anonymousId}`] : []),
    ...(userId ? [`user_id:${userId}`] : []),
    ...(email ? [`email:${email}`] : []),
    ...(device ? [`${device.type}.id:${device.id}`] : []),
  ]
}

/** Profile → numbers of its events. */
async function eventsByProfile(events: readonly SentEvent[]): Promise<number[][]> {
  const registry = await stage.postgres.query<{ id: number; name: string }>(
    `SELECT id, name FROM registry WHERE kind = 'event'`,
  )
  const names = new Map(registry.map((row) => [row.id, row.name]))
  const rows = await stage.postgres.query<{ document: Buffer }>('SELECT document FROM profile')
  return rows.map(({ document }) => {
    const held = decodeDocument(document).fragments.flatMap((one) => [...one.events.keys()])
    const said = new Set(held.map((id) => names.get(id)))
    return events.map((one) => one.seq).filter((seq) => said.has(nameOf(seq)))
  })
}

const sorted = (lists: string[][]) => lists.map((one) => [...new Set(one)].sort().join(' ')).sort()

describe('identity scenarios of other products', () => {
  it.skipIf(isThere)('are skipped: their files are not beside this repository', () => {
    expect(isThere).toBe(false)
  })

  it.each(scenarios)('$id', async (scenario) => {
    const { events, expected } = scenario
    await stage.play(historyOf(scenario), [1])
    const owned = await eventsByProfile(events)
    expect(owned).toHaveLength(expected.profiles)
    const clusters = owned.map((seqs) =>
      seqs.flatMap((seq) => namesIn(events.find((one) => one.seq === seq) as SentEvent)),
    )
    if (expected.clusters) expect(sorted(clusters)).toEqual(sorted(expected.clusters))
    if (expected.identifiers) expect(sorted(clusters)).toEqual(sorted([expected.identifiers]))
    if (expected.events_on_profile) {
      expect(owned.map((seqs) => seqs.length)).toEqual([expected.events_on_profile])
    }
    for (const [seq, owner] of Object.entries(expected.owner_of_event ?? {})) {
      const index = owned.findIndex((seqs) => seqs.includes(Number(seq)))
      expect(clusters[index]).toContain(owner)
    }
  })
})
