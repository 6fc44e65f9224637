import fc from 'fast-check'
import { manualClock } from '../../src/platform/clock.ts'
import { kindOf } from '../../src/segment/kinds/index.ts'
import { asksParty } from '../../src/segment/party.ts'
import type { Rule } from '../../src/segment/rule.ts'
import { agreementOf, type Difference, type Live, segmentsFrom } from './agreement.ts'
import { listing, STAFF, STATIC_LISTS, saidOfReaching } from './around.ts'
import { computedName } from './computed.ts'
import { advances, DAY, HOUR, MINUTE, rules, type Sent, sent, starts } from './histories.ts'
import { asMessage, type Identity } from './message.ts'
import type { Told } from './naive.ts'
import { LISTED } from './naiveEvents.ts'
import { openSources, type Sending } from './parties.ts'
import { pastAgreementOf } from './past.ts'
import { plainRules } from './plainRules.ts'
import type { SegmentWorld } from './world.ts'

/**
 * Random worlds of I5: segments that are there first, then rounds of events (late, twice, out of
 * order), with the clock going on between them to the borders of windows. Before and after each
 * round everybody is asked about every segment, in every way.
 */
export type Played = {
  live: readonly Live[]
  /** A case is one segment and one person's history; each is asked at all rounds. */
  cases: number
  differences: Difference[]
  /** By the kinds of conditions in the rules: cases, and those in which the segment had them. */
  coverage: Map<string, { cases: number; members: number }>
}

/**
 * `goesOn`: asks on after a difference, to see how many there are. `pastInstants`: those at which
 * separate people are asked about at the end, each alone.
 */
export type Playing = { open: Open; goesOn?: true; pastInstants?: number }

/** Each costs a question a rule, and several a person. */
const PAST_INSTANTS = 2

type Open = (clock: ReturnType<typeof manualClock>) => Promise<SegmentWorld>

/** How many rules a world has, and how often they are asked. */
export type WorldSize = { rules: number; rounds: number }

const SIZE: WorldSize = { rules: 30, rounds: 5 }
const LINKED_SIZE: WorldSize = { rules: 15, rounds: 5 }

const timesOf = (count: number) => ({ minLength: count, maxLength: count })

/** The numbers of those of whom there is an address alone; below are users, above devices. */
const ADDRESSED = { from: 10, to: 20 }

/** What those whom an e-mail reaches say of marketing: who is reachable rests on these alone. */
const ofReaching = fc.tuple(sent, saidOfReaching).map(([one, consents]): Sent => {
  const who = ADDRESSED.from + (one.who % (ADDRESSED.to - ADDRESSED.from))
  return { ...one, who, consents, counted: true }
})

const events = fc.array(sent, { minLength: 20, maxLength: 60 })
const eventsAndConsents = fc
  .tuple(events, fc.array(ofReaching, { minLength: 10, maxLength: 15 }))
  .map((parts) => parts.flat())

const roundOf = (told: fc.Arbitrary<Sent[]>) =>
  fc.record({
    advance: advances,
    events: told,
    again: fc.array(fc.nat(), { maxLength: 10 }),
    listings: fc.array(listing, { maxLength: 2 }),
  })
const separate = (drawn: fc.Arbitrary<Rule[]>, rounds: fc.Arbitrary<Round[]>) =>
  fc.record({ start: starts, rules: drawn, rounds })
/** People of one identifier each: a naive reading can tell them apart. */
export const separateWorlds = (size = SIZE) =>
  separate(rules(size.rules), fc.array(roundOf(events), timesOf(size.rounds)))
/** The same with rules of one condition each: what goes wrong in a kind shows by itself. */
export const plainWorld = separate(
  fc.constant(plainRules),
  fc.array(roundOf(eventsAndConsents), timesOf(SIZE.rounds)),
)

/** What links people: a login on a device, an alias, an e-mail that two accounts share. */
const link = fc.record({
  user: fc.nat({ max: 6 }),
  device: fc.nat({ max: 4 }),
  kind: fc.constantFrom('login', 'login', 'alias', 'email'),
  ago: fc.constantFrom(0, HOUR, DAY, 3 * DAY, 29 * DAY, 31 * DAY, 40 * DAY),
})
type Round = Drawn<ReturnType<typeof roundOf>>
type Listing = typeof listing extends fc.Arbitrary<infer L> ? L : never
type Link = typeof link extends fc.Arbitrary<infer L> ? L : never

const linkedRound = fc.record({
  advance: advances,
  events: fc.array(sent, { minLength: 15, maxLength: 40 }),
  links: fc.array(link, { maxLength: 5 }),
  again: fc.array(fc.nat(), { maxLength: 10 }),
  listings: fc.array(listing, { maxLength: 2 }),
})
/** People who turn out to be one, and devices that change hands. */
export const linkedWorlds = (size = LINKED_SIZE) =>
  fc.record({
    start: starts,
    rules: rules(size.rules),
    rounds: fc.array(linkedRound, timesOf(size.rounds)),
  })

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never
export type SeparateWorld = Drawn<ReturnType<typeof separateWorlds>>
export type LinkedWorld = Drawn<ReturnType<typeof linkedWorlds>>

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
    return one && one.event !== LISTED && one.time > now - 20 * DAY ? [one] : []
  })

function identityOf({ who }: Told): Identity {
  if (who.includes('@')) return { context: { traits: { email: who } } }
  return who.startsWith('u') ? { userId: who } : { anonymousId: who }
}

const separateWho = (n: number): string =>
  n < ADDRESSED.from ? `u${n}` : n < ADDRESSED.to ? `m${n}@post.example` : `d${n}`

const sending = (one: Told): Sending => {
  return { message: asMessage(one, identityOf(one)), party: one.party }
}

export async function playSeparate(
  drawn: SeparateWorld,
  { open, goesOn, pastInstants = PAST_INSTANTS }: Playing,
): Promise<Played> {
  const clock = manualClock(drawn.start)
  const world = await open(clock)
  const told: Told[] = []
  const instants: number[] = []
  const ask = { told: () => told, now: () => clock.now(), goesOn }
  try {
    const played = await play(world, drawn.rules, ask, async (check, send) => {
      for (const round of drawn.rounds) {
        clock.advance(round.advance)
        if (!(await check())) return
        const who = separateWho
        told.push(...tell(round.events, { now: clock.now(), from: told.length, who }))
        const fresh = told.slice(-round.events.length)
        const batch = [...fresh, ...copies(told, round.again, clock.now())]
        await send(batch.map(sending))
        for (const one of round.listings) told.push(...(await list(world, one, who)))
        if (!(await check())) return
        instants.push(clock.now(), clock.now() - 40 * DAY)
      }
    })
    if (played.differences.length > 0) return played
    const asked = { instants: instants.slice(0, pastInstants), told }
    return { ...played, differences: await pastAgreementOf(world, played.live, asked) }
  } finally {
    await world.close()
  }
}

export async function playLinked(drawn: LinkedWorld, { open, goesOn }: Playing): Promise<Played> {
  const clock = manualClock(drawn.start)
  const world = await open(clock)
  const told: Told[] = []
  const instants: number[] = []
  let links = 0
  const ask = { told: () => null, now: () => clock.now(), goesOn }
  try {
    const played = await play(world, drawn.rules, ask, async (check, send) => {
      for (const round of drawn.rounds) {
        clock.advance(round.advance)
        if (!(await check())) return
        const who = (n: number) => (n % 2 === 0 ? `u${n % 7}` : `d${n % 5}`)
        told.push(...tell(round.events, { now: clock.now(), from: told.length, who }))
        const fresh = told.slice(-round.events.length)
        const batch = [...fresh, ...copies(told, round.again, clock.now())].map(sending)
        const linking = round.links.map((one): Sending => {
          links += 1
          return { message: linkMessage(one, { now: clock.now(), n: links }), party: 'first' }
        })
        const half = batch.length >> 1
        await send([...batch.slice(0, half), ...linking, ...batch.slice(half)])
        for (const one of round.listings) await list(world, one, who)
        if (!(await check())) return
        instants.push(clock.now())
      }
    })
    if (played.differences.length > 0) return played
    const asked = { instants: instants.slice(0, 1), told: null }
    return { ...played, differences: await pastAgreementOf(world, played.live, asked) }
  } finally {
    await world.close()
  }
}

const namespaceOf = (who: string): string =>
  who.includes('@') ? 'email' : who.startsWith('u') ? 'user_id' : 'anonymous_id'

/** Puts people on a list, takes people off it, and says what was told of each. */
async function list(world: SegmentWorld, listing: Listing, who: (n: number) => string) {
  const { list, ...people } = listing
  const named = (n: number) => `${namespaceOf(who(n))}:${who(n)}`
  const [add, remove] = [people.add.map(named), people.remove.map(named)]
  const { changes } = await world.call<{ changes: { at: string; kind: string }[] }>(
    'POST',
    `/lists/${list}/members`,
    { add, remove },
  )
  return changes.flatMap(({ at, kind }): Told[] => {
    const isOn = kind === 'added'
    return (isOn ? people.add : people.remove).map((n, index) => ({
      ...{ who: who(n), event: LISTED, properties: {}, counted: true, time: Date.parse(at) },
      ...{ messageId: `${list}-${at}-${index}`, traits: { [`$list:${list}`]: isOn || null } },
    }))
  })
}

function linkMessage({ user, device, kind, ago }: Link, at: { now: number; n: number }) {
  const base = {
    messageId: `link${at.n}`,
    timestamp: new Date(at.now - ago - 5 * MINUTE).toISOString(),
    userId: `u${user}`,
  }
  if (kind === 'alias') return { ...base, type: 'alias', previousId: `u${(user + 1) % 7}` }
  const traits = kind === 'email' ? { email: `shared${device}@example.fr` } : {}
  return { ...base, type: 'identify', anonymousId: `d${device}`, traits }
}

/** The lists that rules may ask, under ids that are known before. */
async function makeLists(world: SegmentWorld): Promise<void> {
  const { deps, workspace } = world.program()
  await deps.postgres.query(
    `INSERT INTO list (workspace, public_id, name_fr, name_en, created_at, updated_at, updated_by)
     SELECT $1, id, '', '', now(), now(), '' FROM unnest($2::uuid[]) AS new (id)`,
    [workspace.id, STATIC_LISTS],
  )
}

async function nameStaff({ program }: SegmentWorld): Promise<void> {
  const { deps, workspace } = program()
  await deps.postgres.query('UPDATE workspace SET staff = $2 WHERE id = $1', [
    workspace.id,
    JSON.stringify(STAFF),
  ])
}

/** Plays the rounds; `check` says whether all still agree, so that the first difference ends it. */
async function play(
  world: SegmentWorld,
  drawn: readonly Rule[],
  ask: { told(): readonly Told[] | null; now(): number; goesOn: true | undefined },
  rounds: (
    check: () => Promise<boolean>,
    send: (batch: readonly Sending[]) => Promise<void>,
  ) => Promise<void>,
): Promise<Played> {
  await makeLists(world)
  await nameStaff(world)
  const send = await openSources(world)
  const live = await segmentsFrom(world, drawn)
  const played: Played = { live, cases: 0, differences: [], coverage: new Map() }
  await rounds(async () => {
    const { members, people, differences } = await agreementOf(world, live, {
      told: ask.told(),
      now: ask.now(),
    })
    played.differences.push(...differences)
    played.cases = live.length * people
    for (const { id, rule } of live) {
      for (const name of new Set(kindsIn(rule))) {
        const held = played.coverage.get(name) ?? { cases: 0, members: 0 }
        held.cases += people
        held.members += members.get(id)?.length ?? 0
        played.coverage.set(name, held)
      }
    }
    return ask.goesOn === true || differences.length === 0
  }, send)
  return played
}

/** What a rule is made of: the operator of each trait, the measure, or the kind; and of whom. */
export function kindsIn(rule: Rule): string[] {
  const own =
    'computed' in rule
      ? computedName(rule.computed)
      : 'trait' in rule
        ? `trait ${rule.op}`
        : 'object' in rule
          ? `object${'measure' in rule ? ` ${rule.measure}` : ''}`
          : 'measure' in rule
            ? `measure ${rule.measure}`
            : (Object.keys(rule).find((key) => NAMES.has(key)) ?? '')
  const children = kindOf(rule)?.children(rule) ?? []
  if (children.length === 0 && asksParty(rule)) return [`${own} of a party`]
  // Of events that must have taken place at a moment, wherever they stand.
  const moment = children.length === 0 && JSON.stringify(rule).includes('"when":') ? ['moment'] : []
  return [own, ...moment, ...children.flatMap((child) => kindsIn(child.rule as Rule))]
}

const NAMES = new Set([
  'all',
  'any',
  'none',
  'atLeast',
  'not',
  'near',
  'did',
  'sequence',
  'active',
  'segment',
  'list',
  'identifier',
  'consent',
  'reachable',
  'staff',
])
