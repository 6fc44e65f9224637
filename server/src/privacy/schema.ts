import { type Static, Type } from 'typebox'

/** A text for people, in both languages of the program. */
export const LocalText = Type.Object({
  fr: Type.String({ minLength: 1, maxLength: 200 }),
  en: Type.String({ minLength: 1, maxLength: 200 }),
})
export type LocalText = Static<typeof LocalText>

export const Basis = Type.Union([Type.Literal('consent'), Type.Literal('legitimate_interest')])

/** Names of purposes and channels: folded to lower case when they are read. */
export const ConsentWord = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\p{L}\\p{N}_.:-]+$',
})
export const ChannelWord = Type.Union([Type.Literal('*'), ConsentWord])

export const Purpose = Type.Object({ key: ConsentWord, name: LocalText, basis: Basis })
export type Purpose = Static<typeof Purpose>

/** What a person said about one purpose in one channel, wherever it was said. */
export type ConsentFact = {
  purpose: string
  /** '*' stands for all channels. */
  channel: string
  granted: boolean
  /** When it was said, epoch ms. */
  at: number
  /** Where it was said: the source's number as text, or `api`. */
  source: string
  /** The message id of the event, or the id of the call. */
  event: string
  /** What proves it, in the words of who recorded it; null when nothing was given. */
  proof: string | null
}

/** A fact, and the identifier it is kept under (namespace:value, normalised). */
export type ConsentRow = ConsentFact & {
  workspace: number
  identifier: string
  /** Whose device the identifier was at that time (a birth id); absent: nobody's, or no device. */
  owner?: string | undefined
}

/** The answer in force: the latest for its purpose and channel over a profile's identifiers. */
export type ConsentAnswer = {
  purpose: string
  channel: string
  granted: boolean
  /** Epoch ms. */
  at: number
  source: string
}

export const ConsentInput = Type.Object(
  {
    identifier: Type.String({
      minLength: 3,
      maxLength: 500,
      pattern: '^[a-z][a-z0-9_]*:.+$',
      description: 'namespace:value, such as email:lea@example.org',
    }),
    purpose: ConsentWord,
    channel: Type.Optional(ChannelWord),
    granted: Type.Boolean(),
    at: Type.Optional(Type.String({ format: 'date-time' })),
    proof: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
)
export type ConsentInput = Static<typeof ConsentInput>

export const ConsentEntry = Type.Object({
  id: Type.String(),
  identifier: Type.String(),
  purpose: Type.String(),
  channel: Type.String(),
  granted: Type.Boolean(),
  at: Type.String(),
  source: Type.String(),
  event: Type.String(),
  proof: Type.Union([Type.String(), Type.Null()]),
  recordedAt: Type.String(),
})
export type ConsentEntry = Static<typeof ConsentEntry>
