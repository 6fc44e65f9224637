import { type Static, Type } from 'typebox'
import { LocalTextSchema, orNull, SegmentRef } from './schema.ts'

const FoundObjects = Type.Object(
  {
    shown: Type.Array(
      Type.Object({
        id: Type.String(),
        counts: Type.Boolean({ description: 'Whether it fulfils the filters of the condition' }),
        said: Type.Array(Type.Object({ path: Type.String(), value: Type.Unknown() }), {
          description: 'What it says under the properties that the condition looks at',
        }),
      }),
      { description: 'Five at the most: those that count first, the one named last first' },
    ),
    more: Type.Integer({ description: 'Objects of the type that are not shown' }),
  },
  { description: 'Of a condition about objects: which ones; null for all others' },
)

const WhyPart = Type.Object({
  path: Type.String({ description: 'Place in the rule, as /all/1; the whole rule has none' }),
  depth: Type.Integer({ description: 'Groups around it' }),
  holds: Type.Boolean(),
  sentence: LocalTextSchema,
  found: orNull(
    Type.Object(
      {
        value: Type.Unknown({
          description: 'The trait, the count or the measure; null: there is none',
        }),
        at: orNull(
          Type.String({
            description: 'Time of the newest event that counts, or that told the trait; ISO 8601',
          }),
        ),
        source: orNull(Type.Object({ id: Type.String(), name: Type.String() })),
        approximate: Type.Boolean({
          description:
            'More took place than a person keeps: it is of the newest 10,001 events, or of the ' +
            '200 objects of the type that were named last',
        }),
        objects: orNull(FoundObjects),
      },
      { description: 'What the condition looked at; groups look at nothing' },
    ),
  ),
})
export type WhyPart = Static<typeof WhyPart>

export const WhyView = Type.Object({
  segment: SegmentRef,
  version: Type.Integer({ description: 'Of the rule' }),
  at: Type.String({ description: 'The instant that the answer is of; ISO 8601' }),
  member: Type.Boolean({ description: 'In the segment at that instant' }),
  memberSince: orNull(
    Type.String({ description: 'ISO 8601; null: not a member, or asked with asOf' }),
  ),
  parts: Type.Array(WhyPart, {
    description: 'The rule, then its parts, each before its own; with knownAt none',
  }),
})
export type WhyView = Static<typeof WhyView>
