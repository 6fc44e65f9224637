/** What several people say of consents on one device: each keeps their own last word. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentWorld, usersIn } from './segmentWorld.ts'

const HOUR = 60 * 60_000
const clock = manualClock(Date.parse('2026-11-24T11:00:00Z'))
let world: SegmentWorld
let round = 0

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

/** Hours from the beginning of a story, which lasts a day. */
const at = (hour: number) => new Date(clock.now() - (24 - hour) * HOUR).toISOString()

type Told = { hour: number } & ({ login: string } | { yes: boolean } | { of: string; yes: boolean })

/** As the device tells it; with `of` the person says it elsewhere. */
function message(told: Told, index: number) {
  const base = { messageId: `m-${round}-${index}`, timestamp: at(told.hour) }
  const here = { ...base, anonymousId: `tablet-${round}` }
  if ('login' in told) return { ...here, type: 'identify', userId: named(told.login) }
  const categoryPreferences = { [`purpose-${round}`]: told.yes }
  const said = { type: 'track', event: 'Seen', context: { consent: { categoryPreferences } } }
  return 'of' in told ? { ...base, ...said, userId: named(told.of) } : { ...here, ...said }
}

const named = (who: string) => `${who}-${round}`

/** Who granted, and who refused, by their last words: a third reading, of the story alone. */
function lastWords(story: readonly Told[]) {
  const logins = story
    .filter((told): told is Told & { login: string } => 'login' in told)
    .sort((x, y) => x.hour - y.hour)
  const ownerAt = (hour: number) =>
    (logins.findLast((one) => one.hour <= hour) ?? logins[0])?.login ?? ''
  const last = new Map<string, { hour: number; yes: boolean }>()
  for (const told of story) {
    if ('login' in told) continue
    const who = 'of' in told ? told.of : ownerAt(told.hour)
    if (told.hour >= (last.get(who)?.hour ?? 0)) last.set(who, told)
  }
  const saying = (yes: boolean) =>
    [...last].flatMap(([who, said]) => (said.yes === yes ? [named(who)] : [])).sort()
  return { granted: saying(true), refused: saying(false) }
}

/** Plays a story, so many of its messages at a time, and asks the flow and ClickHouse. */
async function play(story: readonly Told[], together: number) {
  const rules = (['granted', 'refused'] as const).map((is) => {
    return { is, rule: { consent: { purpose: `purpose-${round}` }, is } }
  })
  const made = await Promise.all(
    rules.map(async ({ is, rule }) => {
      const { id } = await world.create(`${is} ${round}`, rule)
      return world.whenLive(id)
    }),
  )
  const messages = story.map(message)
  for (let from = 0; from < messages.length; from += together) {
    await world.send(messages.slice(from, from + together))
    await world.settled()
  }
  const expected = lastWords(story)
  for (const [index, { is, rule }] of rules.entries()) {
    const id = made[index]?.id ?? ''
    const members = await usersIn(world, id)
    const path = `/segments/${id}/members?asOf=${at(24)}`
    const past = await world.call<{ data: { id: string }[] }>('GET', path)
    const { count } = await world.call<{ count: number }>('POST', '/segments/preview', { rule })
    expect({ [is]: members }).toEqual({ [is]: expected[is] })
    expect(past.data.map((one) => one.id).sort()).toEqual(await world.members(id))
    expect(count).toBe(members.length)
  }
  for (const { id } of made) await world.call('PATCH', `/segments/${id}`, { state: 'paused' })
  round += 1
}

const ana = { login: 'ana' }
const bo = { login: 'bo' }
const SAME_WORDS: Told[] = [
  { hour: 1, ...ana },
  { hour: 2, yes: true },
  { hour: 3, ...bo },
  { hour: 4, yes: true },
  { hour: 5, ...ana },
  { hour: 6, yes: true },
]

it('I7: a yes that another person repeats on the device stays the yes of both', async () => {
  await play(SAME_WORDS, 1)
  await play(SAME_WORDS, 6)
})

it('I8: a refusal between two of somebody else is not lost, whatever was said elsewhere', async () => {
  const refused = SAME_WORDS.map((told) => ('yes' in told ? { ...told, yes: false } : told))
  await play([{ hour: 1, of: 'bo', yes: true }, ...refused], 1)
})

it('the last repetition before another person counts against what was said elsewhere', async () => {
  const repeated = { hour: 2.7, yes: true }
  await play([...SAME_WORDS.slice(0, 2), repeated, ...SAME_WORDS.slice(2, 4)], 1)
  await play(
    [
      { hour: 2.5, of: 'ana', yes: false },
      ...SAME_WORDS.slice(0, 2),
      repeated,
      SAME_WORDS[2],
      SAME_WORDS[3],
    ].filter((told) => told !== undefined),
    1,
  )
})

it('a login that is told late divides what was said on the device', async () => {
  const late = [0, 1, 3, 5, 2, 4].flatMap((index) => SAME_WORDS[index] ?? [])
  await play(late, 1)
  await play(late.toReversed(), 1)
})

const told: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ hour: fc.constant(0), login: fc.constantFrom('ana', 'bo', 'cy') }),
  fc.record({ hour: fc.constant(0), yes: fc.boolean() }),
  fc.record({ hour: fc.constant(0), yes: fc.boolean() }),
  fc.record({ hour: fc.constant(0), of: fc.constantFrom('ana', 'bo'), yes: fc.boolean() }),
)

/** One thing each half hour, told in any order. */
const stories = fc
  .array(told, { minLength: 6, maxLength: 14 })
  .filter((story) => story.some((one) => 'login' in one))
  .map((story) => story.map((one, index) => ({ ...one, hour: 1 + index / 2 })))
  .chain((story) => fc.shuffledSubarray(story, { minLength: story.length }))

it('I3, I5: live answers are those of history whatever comes when', async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`segmentsSharedDevice.test.ts: SEED=${seed}`)
  const property = fc.asyncProperty(stories, fc.constantFrom(1, 3), play)
  await fc.assert(property, { seed, numRuns: 8, endOnFailure: true })
}, 120_000)
