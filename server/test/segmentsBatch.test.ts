/**
 * I5: live membership = ClickHouse's answer = a naive third implementation, on random histories.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { decodeDocument } from '../src/profile/codec.ts'
import { membersByHistory, parseRule } from '../src/segment/index.ts'
import { registerStreams } from '../src/segment/publish.ts'
import type { Rule } from '../src/segment/rule.ts'
import { naiveMembers, type Told } from './naiveSegments.ts'
import {
  advances,
  asMessage,
  DAY,
  HOUR,
  MINUTE,
  rules,
  type Sent,
  START,
  sent,
} from './segmentHistories.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Worlds of each test: raise it for a long search, and give SEED to repeat one. */
const WORLDS = Number(process.env.WORLDS ?? 1)
console.info(`segmentsBatch.test.ts: SEED=${seed} WORLDS=${WORLDS}`)
const parameters = { seed, numRuns: WORLDS, endOnFailure: true }

type Live = { id: number; rule: Rule }

/** Segments that exist before any event, so that nothing has to be filled. */
async function segmentsFrom(world: SegmentWorld, all: readonly Rule[]): Promise<Live[]> {
  const { deps, workspace } = world.program()
  const live: Live[] = []
  await deps.postgres.transaction(async (sql) => {
    for (const rule of all.map(parseRule)) {
      await registerStreams(sql, workspace.id, rule)
      const [row] = await sql.query<Live>(
        `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, evaluated,
           created_at, updated_at, updated_by)
         VALUES ($1, $2, '', '', $3, 'live', true, now(), now(), '') RETURNING id, rule`,
        [deps.newId(), workspace.id, JSON.stringify(rule)],
      )
      if (row) live.push(row)
    }
    await sql.query('UPDATE stream SET complete = true')
    await sql.query('UPDATE definition_version SET version = version + 1')
  })
  return live
}

type Answers = Map<number, string[]>

async function byRecords({ program }: SegmentWorld): Promise<Answers> {
  const rows = await program().deps.postgres.query<{ segment: number; profile: string }>(
    'SELECT segment, profile FROM membership ORDER BY profile',
  )
  const groups = Map.groupBy(rows, (row) => row.segment)
  return new Map([...groups].map(([id, list]) => [id, list.map((row) => row.profile)]))
}

async function byDocuments({ program }: SegmentWorld): Promise<Answers> {
  const rows = await program().deps.postgres.query<{ id: string; document: Buffer }>(
    'SELECT id, document FROM profile ORDER BY id',
  )
  const answers: Answers = new Map()
  for (const { id, document } of rows) {
    for (const segment of decodeDocument(document).segments.keys()) {
      answers.set(segment, [...(answers.get(segment) ?? []), id])
    }
  }
  return answers
}

async function byHistory(world: SegmentWorld, live: readonly Live[], now: number) {
  const { deps, workspace } = world.program()
  const answers: Answers = new Map()
  for (let from = 0; from < live.length; from += 4) {
    const part = live.slice(from, from + 4)
    const context = { workspace: workspace.id, now }
    const found = await Promise.all(
      part.map(({ rule }) => membersByHistory(deps.clickhouse, rule, context)),
    )
    for (const [index, { id }] of part.entries()) answers.set(id, found[index] ?? [])
  }
  return answers
}

/** Profile ids by who they are; only where each is one identifier. */
async function idsOf({ program }: SegmentWorld): Promise<Map<string, string>> {
  const rows = await program().deps.postgres.query<{ id: string; value: string }>(
    'SELECT id, value FROM identifier',
  )
  return new Map(rows.map(({ id, value }) => [value, id]))
}

/** Three answers to each segment, and whom the failing rule concerns. */
async function expectAgreement(
  world: SegmentWorld,
  live: readonly Live[],
  asked: { now: number; told: readonly Told[] | null },
) {
  await world.settled()
  const [records, documents] = [await byRecords(world), await byDocuments(world)]
  const history = await byHistory(world, live, asked.now)
  const ids = await idsOf(world)
  for (const { id, rule } of live) {
    const at = `${JSON.stringify(rule)} at ${new Date(asked.now).toISOString()}`
    const expected = history.get(id) ?? []
    if (asked.told) {
      const naive = naiveMembers(rule, asked.told, asked.now).map((who) => ids.get(who))
      expect(expected, `ClickHouse, against the naive answer: ${at}`).toEqual(naive.sort())
    }
    expect(documents.get(id) ?? [], `documents, against ClickHouse: ${at}`).toEqual(expected)
    expect(records.get(id) ?? [], `records, against ClickHouse: ${at}`).toEqual(expected)
  }
}

const rounds = fc.array(
  fc.record({
    advance: advances,
    events: fc.array(sent, { minLength: 20, maxLength: 60 }),
    again: fc.array(fc.nat(), { maxLength: 10 }),
  }),
  { minLength: 5, maxLength: 5 },
)
const oneWorld = fc.record({ rules: rules(45), rounds })

/** Gives each event its moment and its id; two things said of a person never tie. */
function tell(events: readonly Sent[], at: { now: number; from: number; who(n: number): string }) {
  return events.map(({ ago, who, ...one }, index): Told => {
    const n = at.from + index
    const time = at.now - ago - (one.traits ? 3 * n + 2 : 0)
    return { ...one, who: at.who(who), time, messageId: `m${n}` }
  })
}

/** Copies that come again: only what is young enough to be remembered by its own day. */
const copies = (told: readonly Told[], picks: readonly number[], now: number) =>
  picks.flatMap((pick) => {
    const one = told[pick % Math.max(1, told.length)]
    return one && one.time > now - 20 * DAY ? [one] : []
  })

it(
  'I5: documents, ClickHouse and a naive reading agree on random rules and histories',
  async () => {
    const identityOf = ({ who }: Told) =>
      who.startsWith('u') ? { userId: who } : { anonymousId: who }
    const property = fc.asyncProperty(oneWorld, async (drawn) => {
      const clock = manualClock(START)
      const world = await openSegmentWorld(clock)
      try {
        const live = await segmentsFrom(world, drawn.rules)
        const told: Told[] = []
        for (const round of drawn.rounds) {
          clock.advance(round.advance)
          await expectAgreement(world, live, { now: clock.now(), told })
          const who = (n: number) => (n < 20 ? `u${n}` : `d${n}`)
          told.push(...tell(round.events, { now: clock.now(), from: told.length, who }))
          const fresh = told.slice(-round.events.length)
          const batch = [...fresh, ...copies(told, round.again, clock.now())]
          await world.send(batch.map((one) => asMessage(one, identityOf(one))))
          await expectAgreement(world, live, { now: clock.now(), told })
        }
      } finally {
        await world.close()
      }
    })
    await fc.assert(property, parameters)
  },
  60_000 + 120_000 * WORLDS,
)

/** What links people: a login on a device, an alias, an e-mail that two accounts share. */
const link = fc.record({
  user: fc.nat({ max: 6 }),
  device: fc.nat({ max: 4 }),
  kind: fc.constantFrom('login', 'login', 'alias', 'email'),
  ago: fc.constantFrom(0, HOUR, DAY, 3 * DAY, 29 * DAY, 31 * DAY, 40 * DAY),
})

function linkMessage(
  { user, device, kind, ago }: typeof link extends fc.Arbitrary<infer L> ? L : never,
  at: { now: number; n: number },
) {
  const base = {
    messageId: `link${at.n}`,
    timestamp: new Date(at.now - ago - 5 * MINUTE).toISOString(),
    userId: `u${user}`,
  }
  if (kind === 'alias') return { ...base, type: 'alias', previousId: `u${(user + 1) % 7}` }
  const traits = kind === 'email' ? { email: `shared${device}@example.fr` } : {}
  return { ...base, type: 'identify', anonymousId: `d${device}`, traits }
}

const linkedRounds = fc.array(
  fc.record({
    advance: advances,
    events: fc.array(sent, { minLength: 15, maxLength: 40 }),
    links: fc.array(link, { maxLength: 5 }),
    again: fc.array(fc.nat(), { maxLength: 10 }),
  }),
  { minLength: 5, maxLength: 5 },
)

it(
  'I5: documents and ClickHouse agree through merges, shared devices and late logins',
  async () => {
    const drawing = fc.record({ rules: rules(25), rounds: linkedRounds })
    const identityOf = ({ who }: Told) =>
      who.startsWith('u') ? { userId: who } : { anonymousId: who }
    const property = fc.asyncProperty(drawing, async (drawn) => {
      const clock = manualClock(START)
      const world = await openSegmentWorld(clock)
      try {
        const live = await segmentsFrom(world, drawn.rules)
        const told: Told[] = []
        let links = 0
        for (const round of drawn.rounds) {
          clock.advance(round.advance)
          await expectAgreement(world, live, { now: clock.now(), told: null })
          const who = (n: number) => (n % 2 === 0 ? `u${n % 7}` : `d${n % 5}`)
          told.push(...tell(round.events, { now: clock.now(), from: told.length, who }))
          const fresh = told.slice(-round.events.length)
          const batch = [...fresh, ...copies(told, round.again, clock.now())].map((one) =>
            asMessage(one, identityOf(one)),
          )
          const linking = round.links.map((one) => {
            links += 1
            return linkMessage(one, { now: clock.now(), n: links })
          })
          const half = batch.length >> 1
          await world.send([...batch.slice(0, half), ...linking, ...batch.slice(half)])
          await expectAgreement(world, live, { now: clock.now(), told: null })
        }
      } finally {
        await world.close()
      }
    })
    await fc.assert(property, parameters)
  },
  60_000 + 120_000 * WORLDS,
)
