import { Type } from 'typebox'
import { badRequest } from '../../platform/errors.ts'
import { type Standing, standings } from '../../privacy/index.ts'
import type { ConsentRule } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { type Kind, NOTHING_FOUND } from './kind.ts'

/** What stands for all channels. */
const ALL = '*'
const word = Type.String({ pattern: '^[\\p{L}\\p{N}_.:-]{1,64}$' })
const IS = ['granted', 'refused', 'unknown'] as const

/** What somebody said about a purpose: for one channel, or for all of them. */
export const consentKind: Kind<ConsentRule> = {
  is: (rule): rule is ConsentRule => 'consent' in rule,
  schema: Type.Object(
    {
      consent: Type.Object(
        { purpose: word, channel: Type.Optional(word) },
        { additionalProperties: false },
      ),
      is: Type.Union(IS.map((one) => Type.Literal(one))),
    },
    { additionalProperties: false },
  ),
  children: () => [],
  needs: () => ({ traits: [], streams: [], around: true }),
  prepare: (rule) => {
    const keys = keysOf(rule)
    return ({ around }) => ({ holds: answerOf(keys, around).is === rule.is, nextChangeAt: null })
  },
  found: (rule) => {
    const keys = keysOf(rule)
    return ({ around }) => {
      const { is, said } = answerOf(keys, around)
      return { ...NOTHING_FOUND, value: is, at: said?.at ?? null, source: numberOf(said?.source) }
    }
  },
  toSql: (rule, builder) => {
    refusePast(builder)
    const keys = keysOf(rule).map((key) => builder.text(key))
    const said = keys.map((key) => `mapContains(p.consent, ${key})`).join(' OR ')
    // The value of a key that a map lacks is false, so it is asked for together with the key.
    const refused = keys.map((key) => `(mapContains(p.consent, ${key}) AND NOT p.consent[${key}])`)
    if (rule.is === 'unknown') return `(NOT (${said}))`
    if (rule.is === 'refused') return `(${refused.join(' OR ')})`
    return `((${said}) AND NOT (${refused.join(' OR ')}))`
  },
  describe: ({ consent: { purpose, channel }, is }) => {
    const where = channel === undefined ? { fr: '', en: '' } : inChannel(channel)
    const [fr, en] = WORDS[is]
    return { fr: `${fr} « ${purpose} »${where.fr}`, en: `${en} “${purpose}”${where.en}` }
  },
}

const WORDS = {
  granted: ['a accepté', 'agreed to'],
  refused: ['a refusé', 'refused'],
  unknown: ['n’a rien dit de', 'said nothing about'],
} as const

const inChannel = (channel: string) => ({ fr: ` par ${channel}`, en: ` by ${channel}` })

/** Consents enter history only as what is in force now. */
export function refusePast({ isPast }: SqlBuilder): void {
  if (!isPast) return
  const detail = 'History does not keep the consents of past instants. Ask about now, or knownAt.'
  throw badRequest('no_past_of_consents', detail)
}

/** Keys of the answers that count: for the channel, and for all. */
const keysOf = ({ consent: { purpose, channel = ALL } }: ConsentRule): string[] => [
  ...new Set(
    [channel, ALL].map((one) =>
      standings.keyOf({ purpose: purpose.toLowerCase(), channel: one.toLowerCase() }),
    ),
  ),
]

/** Of what came by the API there is no source. */
const numberOf = (source: string | undefined): number | null =>
  source !== undefined && /^\d+$/.test(source) ? Number(source) : null

/** Of several answers that count a refusal stands. */
function answerOf(keys: readonly string[], { consents }: Standing) {
  const answers = keys.flatMap((key) => consents.get(key) ?? [])
  const refusal = answers.find(({ granted }) => !granted)
  const said = refusal ?? answers[0]
  const is = said === undefined ? 'unknown' : refusal ? 'refused' : 'granted'
  return { is: is as ConsentRule['is'], said }
}
