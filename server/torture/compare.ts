import { type Found, type FoundProfile, stepKey } from './found.ts'
import type { Expectation, Expected } from './oracle.ts'
import { isPlain, SEGMENT_NAMES } from './said.ts'
import type { Sent } from './sender.ts'

/** What was acknowledged, as far as the counts of the intake must tell of it. */
export type Bounds = Omit<Sent, 'acknowledged' | 'maybe'> & { acknowledged: number }

/** Everything that is not as it must be: a sentence each. Empty: nothing lost, nothing twice. */
export function differencesOf(expected: Expectation, found: Found, bounds: Bounds): string[] {
  return [
    ...found.stuck,
    ...eventDifferences(expected, found),
    ...countDifferences(expected, found, bounds),
    ...profileDifferences(expected, found),
    ...consentDifferences(expected, found),
    ...stepDifferences(expected, found),
    ...deliveryDifferences(expected, found),
  ]
}

/** Each applied event is one row of the history. */
function eventDifferences({ applied, dead }: Expectation, { history }: Found): string[] {
  const lost = [...applied].filter((id) => !history.messages.has(id))
  const told = [...history.messages]
  const twice = told.filter(([id, rows]) => applied.has(id) && rows > 1).map(([id]) => id)
  const unasked = told.filter(([id]) => !applied.has(id)).map(([id]) => id)
  const deadApplied = unasked.filter((id) => dead.has(id))
  const sentences: string[] = []
  const say = (ids: readonly string[], what: string) => {
    if (ids.length > 0)
      sentences.push(`${ids.length} ${what}, such as ${ids.slice(0, 3).join(', ')}.`)
  }
  say(lost, 'acknowledged events are lost: the history does not have them')
  say(twice, 'events are in the history more than once')
  say(deadApplied, 'events that name nobody were applied')
  say(
    unasked.filter((id) => !dead.has(id)),
    'events are in the history that were never acknowledged',
  )
  if (history.repeatedTraits > 0) {
    sentences.push(`${history.repeatedTraits} changes of traits are in the history more than once.`)
  }
  return sentences
}

function countDifferences(
  { applied, dead }: Expectation,
  { counts, deadLetters }: Found,
  bounds: Bounds,
): string[] {
  const { accepted, rejected, deadLettered, duplicate } = counts
  const sentences: string[] = []
  const equal = (what: string, is: number, must: number) => {
    if (is !== must) sentences.push(`The intake counts ${is} ${what}; it must be ${must}.`)
  }
  const within = (what: string, is: number, [low, high]: readonly [number, number]) => {
    if (is < low || is > high) {
      sentences.push(`The intake counts ${is} ${what}; it must be from ${low} to ${high}.`)
    }
  }
  equal('applied', counts.applied, applied.size)
  // What names nobody is not remembered: each copy that came is a dead letter of its own.
  equal('dead letters', deadLettered, deadLetters.length)
  equal('messages among them', new Set(deadLetters).size, dead.size)
  equal('duplicates', duplicate, accepted - applied.size - deadLettered)
  const wrong = deadLetters.filter((id) => !dead.has(id))
  if (wrong.length > 0)
    sentences.push(`${wrong.length} events are dead letters, such as ${wrong[0]}.`)
  within('accepted', accepted, [bounds.acknowledged, bounds.attempted])
  within('rejected', rejected, [bounds.rejected, bounds.attemptedRejected])
  return sentences
}

function profileDifferences(expected: Expectation, found: Found): string[] {
  const sentences: string[] = []
  const must = expected.profiles.length
  if (found.profileCount !== must) {
    sentences.push(`There are ${found.profileCount} profiles; there must be ${must}.`)
  }
  for (const profile of expected.profiles) {
    const name = profile.identifiers[0] ?? ''
    const held = found.profiles.get(name)
    if (!held) sentences.push(`The profile of ${name} is missing.`)
    else sentences.push(...differencesOfProfile(name, profile, held))
  }
  return sentences
}

function differencesOfProfile(name: string, must: Expected, is: FoundProfile): string[] {
  const sentences: string[] = []
  const compare = (what: string, found: string, wanted: string) => {
    if (found !== wanted) sentences.push(`${what} of ${name}: ${found}; it must be ${wanted}.`)
  }
  compare('Identifiers', is.identifiers.join(' '), must.identifiers.join(' '))
  compare('Events', mapText(is.events), mapText(must.events))
  compare('Traits', mapText(is.traits), mapText(must.traits))
  const segments = setText(must.segments)
  compare('Segments', setText(is.segments), segments)
  compare('Memberships', setText(is.memberships), segments)
  const total = [...must.events.values()].reduce((sum, count) => sum + count, 0)
  compare('Events in the history', String(is.history.events), String(total))
  const { copy } = is.history
  compare('Events in the copy', String(copy?.events ?? 'no copy'), String(total))
  compare('Segments in the copy', copy ? setText(copy.segments) : 'no copy', segments)
  return sentences
}

const mapText = (map: ReadonlyMap<string, string | number>): string =>
  [...map]
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join(', ') || 'none'

const setText = (set: ReadonlySet<string>): string => [...set].sort().join(', ') || 'none'

function consentDifferences({ consents }: Expectation, found: Found): string[] {
  const sentences: string[] = []
  for (const identifier of new Set([...consents.keys(), ...found.consents.keys()])) {
    const [must, is] = [consents.get(identifier), found.consents.get(identifier)]
    if (must !== is) {
      sentences.push(`The answer of ${identifier} about marketing is ${is}; it must be ${must}.`)
    }
  }
  return sentences
}

/** Who never merged enters and leaves in turn: one entry more when in, as many when not. */
function stepDifferences(expected: Expectation, { profiles, history }: Found): string[] {
  const sentences: string[] = []
  for (const { identifiers, segments } of expected.profiles) {
    const [name = ''] = identifiers
    const profile = profiles.get(name)
    if (!profile || !isPlain(name.slice('user_id:'.length))) continue
    for (const segment of SEGMENT_NAMES) {
      const count = (change: string) =>
        history.steps.get(stepKey({ segment, profile: profile.id, change })) ?? 0
      const [entered, left] = [count('entered'), count('left')]
      const must = segments.has(segment) ? 1 : 0
      if (entered - left === must) continue
      sentences.push(
        `${name} entered "${segment}" ${entered} times and left it ${left} times by the ledger; ` +
          `the difference must be ${must}.`,
      )
    }
  }
  return sentences
}

/** The destination that hears of every step, and the one that needs a consent. */
export const ALL_STEPS = 'steps'
export const WITH_CONSENT = 'marketing'

function deliveryDifferences(expected: Expectation, found: Found): string[] {
  const { deliveries, history, profiles } = found
  const sentences = deliveries.inconsistent.map((what) => `${what}.`)
  const sent = deliveries.steps.get(ALL_STEPS) ?? new Map<string, number>()
  const current = new Set([...profiles.values()].map(({ id }) => id))
  for (const step of new Set([...sent.keys(), ...history.sendable.keys()])) {
    const [is, must] = [sent.get(step) ?? 0, history.sendable.get(step) ?? 0]
    // A profile that became part of another may be gone before its message could be made.
    const mayBeFewer = !current.has(step.split(' ')[1] ?? '')
    if (is === must || (mayBeFewer && is < must)) continue
    sentences.push(`${is} messages arrived about "${step}"; the ledger has it ${must} times.`)
  }
  for (const [userId, agrees] of expected.joined) {
    const arrived = (destination: string) => deliveries.joined.get(destination)?.get(userId) ?? 0
    const [all, marketing] = [arrived(ALL_STEPS), arrived(WITH_CONSENT)]
    if (all !== 1) sentences.push(`${userId} joined, and ${all} messages tell of it, not one.`)
    if (marketing !== (agrees ? 1 : 0)) {
      const answer = agrees ? 'agreed to' : 'refused'
      sentences.push(`${userId} ${answer} marketing, and ${marketing} messages of it were sent.`)
    }
  }
  return sentences
}
