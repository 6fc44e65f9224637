import { Type } from 'typebox'
import { LocalText, NameInput } from './responses.ts'

/** Shapes of the API of computed traits. */
export const DefinitionBody = Type.Unknown({
  description:
    'What it is made of, as one JSON object; docs/traits.md has an example of each kind.',
})

const User = Type.Object({ id: Type.String(), name: LocalText })

export const ComputedView = Type.Object({
  id: Type.String({ description: 'UUID' }),
  key: Type.String({ description: 'What rules call it' }),
  name: LocalText,
  description: Type.String(),
  definition: DefinitionBody,
  type: Type.String({ description: 'number, date, list or any (by what the events tell)' }),
  sentence: LocalText,
  version: Type.Integer(),
  state: Type.Union([Type.Literal('live'), Type.Literal('backfilling'), Type.Literal('archived')]),
  progress: Type.Number({ description: '0 to 1, while backfilling' }),
  recomputed: Type.Union([Type.Unknown(), Type.Null()], {
    description:
      'What was last computed over everybody: the cut-offs of an RFM; of a query how many people ' +
      'have a value, how many changed, and how long it took (ms)',
  }),
  recomputedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  failure: Type.Union(
    [
      Type.Object({ message: Type.String(), at: Type.String({ format: 'date-time' }) }),
      Type.Null(),
    ],
    { description: 'Why the last run of a query failed; the values of the run before stay' },
  ),
  runningSince: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'Since when a query is being asked; null: it is not',
  }),
  nextRunAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When a query is asked again; null: there is none, or it is about to be asked',
  }),
  fault: Type.Union([Type.String(), Type.Null()], {
    description: 'Why nobody has a value: what it refers to is not what it was',
  }),
  usedBy: Type.Object({
    segments: Type.Array(User),
    traits: Type.Array(User, { description: 'Formulas that name it' }),
  }),
  givenToo: Type.Boolean({
    description: 'Events have told a trait of this name since; rules and profiles keep to this one',
  }),
  createdAt: Type.String({ format: 'date-time' }),
  createdBy: Type.String(),
  updatedAt: Type.String({ format: 'date-time' }),
  updatedBy: Type.String(),
})

export const ComputedInput = Type.Object(
  {
    key: Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9_]{0,59}$',
      description: 'Letters, digits and underscores; a letter first',
    }),
    name: NameInput,
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    definition: DefinitionBody,
  },
  { additionalProperties: false },
)

export const ComputedPatch = Type.Object(
  {
    name: Type.Optional(NameInput),
    description: Type.Optional(Type.String({ maxLength: 2_000 })),
    definition: Type.Optional(DefinitionBody),
    version: Type.Optional(
      Type.Integer({ description: 'The one that was read; another one since is not written over' }),
    ),
  },
  { additionalProperties: false },
)

export const ComputedPreviewInput = Type.Object(
  {
    definition: DefinitionBody,
    key: Type.Optional(
      Type.String({
        maxLength: 60,
        description: 'Of the trait whose definition it is to be, so that no circle arises',
      }),
    ),
    profile: Type.Optional(
      Type.String({ format: 'uuid', description: 'Whose value; left out: those of a few people' }),
    ),
  },
  { additionalProperties: false },
)

export const ComputedPreviewView = Type.Object({
  sentence: LocalText,
  type: Type.String(),
  have: Type.Integer({ description: 'People for whom it has a value' }),
  people: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      email: Type.Union([Type.String(), Type.Null()]),
      value: Type.Unknown(),
      count: Type.Integer({ description: 'Events that it is made of' }),
      events: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          at: Type.String({ format: 'date-time' }),
          told: Type.Unknown(),
        }),
        { description: 'The newest ten of them' },
      ),
      inputs: Type.Array(Type.Object({ trait: Type.String(), value: Type.Unknown() }), {
        description: 'Of a formula: the traits that it names, with their values',
      }),
    }),
  ),
  asOf: Type.String({ format: 'date-time' }),
  run: Type.Union(
    [
      Type.Object({
        rows: Type.Integer({ description: 'That the query gives' }),
        matched: Type.Integer({ description: 'Those that are a value of somebody' }),
        ms: Type.Integer(),
        first: Type.Array(
          Type.Object({
            key: Type.String(),
            value: Type.Unknown(),
            profile: Type.Union([Type.String(), Type.Null()]),
          }),
        ),
      }),
      Type.Null(),
    ],
    { description: 'Of a query: its test run, with the first twenty rows' },
  ),
})

export const FormulaFunctionView = Type.Object({
  name: Type.String(),
  signature: Type.String({ description: 'How it is written, with its arguments' }),
  description: LocalText,
  example: Type.String({ description: 'A formula that has it' }),
})

const score = Type.Integer({ minimum: 1, maximum: 5 })
const Cell = Type.Object({ r: score, f: score })

export const GridView = Type.Object({
  cells: Type.Array(
    Type.Object({
      ...Cell.properties,
      people: Type.Integer(),
      sum: Type.Number(),
      group: Type.Union([LocalText, Type.Null()], {
        description: 'The group of its people; null where the amount decides, or there is none',
      }),
    }),
    { description: 'All 25, empty ones included' },
  ),
  moves: Type.Array(
    Type.Object({
      from: Type.Union([Cell, Type.Null()], { description: 'null: had no order then' }),
      to: Cell,
      people: Type.Integer(),
      sum: Type.Number(),
    }),
    { description: 'From the instant of `since`, by the cut-offs of today' },
  ),
  cutsAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When the cut-offs were computed; null: they are fixed, or not computed yet',
  }),
})
