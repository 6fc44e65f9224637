import type { ConsentAnswer, ConsentFact, ConsentRow, Purpose } from './schema.ts'

/** Facts that one event may carry; a page that sends more is not telling us what a person chose. */
export const FACTS_PER_EVENT_MAX = 50
const WORD = /^[\p{L}\p{N}_.:-]{1,64}$/u
export const ALL_CHANNELS = '*'

/** Purposes and channels are the same word whatever their case; null when it is no such word. */
export function consentWord(raw: string): string | null {
  const word = raw.trim().toLowerCase()
  return word === ALL_CHANNELS || WORD.test(word) ? word : null
}

export type EventWithConsent = {
  context: Record<string, unknown>
  time: number
  source: number
  messageId: string
}

/**
 * What an event says about consent: `context.consent.categoryPreferences` as consent banners send
 * it, `{purpose: boolean}` for all channels or `{purpose: {channel: boolean}}`. Anything else in it
 * is no answer of a person, so it yields no fact.
 */
export function consentsOfEvent(event: EventWithConsent): ConsentFact[] {
  const preferences = member(member(event.context, 'consent'), 'categoryPreferences')
  if (!isObject(preferences)) return []
  const facts: ConsentFact[] = []
  const say = (purpose: string, channel: string, granted: unknown) => {
    const [purposeWord, channelWord] = [consentWord(purpose), consentWord(channel)]
    if (typeof granted !== 'boolean' || purposeWord === null || channelWord === null) return
    if (purposeWord === ALL_CHANNELS || facts.length >= FACTS_PER_EVENT_MAX) return
    facts.push({
      purpose: purposeWord,
      channel: channelWord,
      granted,
      at: event.time,
      source: String(event.source),
      event: event.messageId,
      proof: null,
    })
  }
  for (const [purpose, answer] of Object.entries(preferences)) {
    if (!isObject(answer)) say(purpose, ALL_CHANNELS, answer)
    else for (const [channel, granted] of Object.entries(answer)) say(purpose, channel, granted)
  }
  return facts
}

/** The body of the log entry that `POST /consents` appends. */
export type ConsentControl = ConsentFact & { type: 'consent'; identifier: string }

/**
 * Reads a control entry's body; null when it is about something else. The identifier is as it was
 * given: who folds it normalises it.
 */
export function consentOfControl(body: unknown): { identifier: string; fact: ConsentFact } | null {
  if (!isObject(body) || body.type !== 'consent') return null
  const { type: _, identifier, ...fact } = body as ConsentControl
  return { identifier, fact }
}

/** True when `next` takes the place of `current`: later, or as late and a refusal. */
export function outranks(
  next: { at: number; granted: boolean },
  current: { at: number; granted: boolean } | undefined,
): boolean {
  if (current === undefined || next.at !== current.at) return next.at > (current?.at ?? -Infinity)
  return !next.granted && current.granted
}

/** The answers in force over several identifiers of one profile, ordered by purpose and channel. */
export function answersInForce(answers: readonly ConsentAnswer[]): ConsentAnswer[] {
  const latest = new Map<string, ConsentAnswer>()
  for (const answer of answers) {
    const key = `${answer.purpose} ${answer.channel}`
    if (outranks(answer, latest.get(key))) latest.set(key, answer)
  }
  return [...latest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer)
}

export type ConsentDecision =
  | { allowed: true; reason: null }
  | { allowed: false; reason: 'consent_refused' | 'consent_missing' }

/**
 * May something leave for this purpose and channel? A refusal of the channel or of all channels
 * stops it; a purpose that rests on consent needs a yes as well. `channel` null = no channel of its
 * own: only what was said for all channels counts.
 */
export function decide(
  basis: Purpose['basis'],
  question: { purpose: string; channel: string | null },
  answers: readonly ConsentAnswer[],
): ConsentDecision {
  const relevant = answersInForce(answers).filter(
    ({ purpose, channel }) =>
      purpose === question.purpose && (channel === ALL_CHANNELS || channel === question.channel),
  )
  if (relevant.some(({ granted }) => !granted)) return { allowed: false, reason: 'consent_refused' }
  if (basis === 'consent' && relevant.length === 0) {
    return { allowed: false, reason: 'consent_missing' }
  }
  return { allowed: true, reason: null }
}

export type ConsentKey = Pick<
  ConsentRow,
  'workspace' | 'identifier' | 'purpose' | 'channel' | 'owner'
>

export function consentKey(row: ConsentKey): string {
  return JSON.stringify([row.workspace, row.identifier, row.purpose, row.channel, row.owner])
}

/** A row for the ledger; `isFirst`: nothing was said before by whoever said it there. */
export type LedgerRow = ConsentRow & { isFirst: boolean }

/**
 * What a batch of facts leaves behind: `ledger`, the answers that may be new or changed (SDKs
 * repeat the same answer on every event; the ledger holds a late one against what it has around
 * it, and the first one against nothing), and `state`, the answer in force for each key, the same
 * whatever the order and the batches.
 */
export function foldConsents(
  rows: readonly ConsentRow[],
  current: ReadonlyMap<string, { at: number; granted: boolean }>,
): { ledger: LedgerRow[]; state: ConsentRow[] } {
  const before = new Map<string, ConsentRow>()
  const ledger: LedgerRow[] = []
  const state = new Map<string, ConsentRow>()
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const key = consentKey(row)
    const known = current.get(key)
    const previous = before.get(key) ?? (known && known.at <= row.at ? known : undefined)
    if (previous?.granted !== row.granted || row.proof !== null) {
      ledger.push({ ...row, isFirst: !known && !before.has(key) })
    }
    before.set(key, row)
    if (outranks(row, state.get(key) ?? known)) state.set(key, row)
  }
  return { ledger, state: [...state.values()] }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
