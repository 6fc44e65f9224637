import { Type } from 'typebox'
import { type Standing, standings } from '../../privacy/index.ts'
import { pastAnswerSql } from '../consentSql.ts'
import type { ConsentRule } from '../rule.ts'
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
    if (builder.isPast) return pastAnswerSql(askedOf(rule), rule.is, builder)
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

/** The purpose, and the channels whose answers count: the one asked for, and all. */
const askedOf = ({ consent: { purpose, channel = ALL } }: ConsentRule) => ({
  purpose: purpose.toLowerCase(),
  channels: [...new Set([channel.toLowerCase(), ALL])],
})

/** Keys of the answers that count. */
function keysOf(rule: ConsentRule): string[] {
  const { purpose, channels } = askedOf(rule)
  return channels.map((channel) => standings.keyOf({ purpose, channel }))
}

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
