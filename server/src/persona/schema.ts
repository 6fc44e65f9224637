import { type Static, Type } from 'typebox'

const text = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description ? { description } : {}) })

/** A finding of the segment's portrait, by what tells it apart from the others. */
const Fact = Type.Object(
  { kind: text(40), key: text(512), value: text(512, 'As the finding names it in French') },
  { additionalProperties: false },
)

const fields = {
  name: Type.String({ minLength: 1, maxLength: 80 }),
  description: text(2_000),
  quote: text(300, 'What such a person would say'),
  color: Type.Integer({ minimum: 1, maximum: 6, description: 'Of the palette of charts' }),
  initials: text(3, 'On the portrait; empty: of the name'),
  facts: Type.Array(Fact, { maxItems: 20, description: 'Findings that are shown first' }),
}

export const PersonaInput = Type.Object(
  {
    segment: Type.String({ format: 'uuid' }),
    name: fields.name,
    description: Type.Optional(fields.description),
    quote: Type.Optional(fields.quote),
    color: Type.Optional(fields.color),
    initials: Type.Optional(fields.initials),
    facts: Type.Optional(fields.facts),
  },
  { additionalProperties: false },
)
export type PersonaInput = Static<typeof PersonaInput>

export const PersonaPatch = Type.Partial(PersonaInput, { additionalProperties: false })
export type PersonaPatch = Static<typeof PersonaPatch>

export const PersonaView = Type.Object({
  id: Type.String({ description: 'UUID' }),
  ...fields,
  segment: Type.Object({
    id: Type.String(),
    name: Type.Object({ fr: Type.String(), en: Type.String() }),
    size: Type.Integer({ description: 'Members now' }),
    state: Type.String(),
  }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  updatedBy: Type.String(),
})
export type PersonaView = Static<typeof PersonaView>

export const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })
