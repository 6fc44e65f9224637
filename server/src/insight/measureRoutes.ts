import { type Static, Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest, Problem } from '../platform/errors.ts'
import { isPersonalTrait } from '../workspace/index.ts'
import { historyFor } from './history.ts'
import { MEASURES, readMeasure } from './measure.ts'
import { seesPersonalData } from './profileRoutes.ts'

const MeasureQuery = Type.Object({
  event: Type.String({ minLength: 1, maxLength: 512 }),
  measure: Type.String({
    enum: [...MEASURES],
    description: 'count of events, sum of a property, distinct values of one, or people',
  }),
  property: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
  where: Type.Optional(
    Type.String({
      maxLength: 8_000,
      description: 'Property filters as in a segment: [{"property": "total", "op": "greater", …}]',
    }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
})
type MeasureQuery = Static<typeof MeasureQuery>

const MeasureAnswer = Type.Object({
  value: Type.Number(),
  exact: Type.String({ description: 'The number in full, as decimal text' }),
})

/** Numbers about events: how many, how much, how many different, how many people. */
export function measureRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/insights/measure',
    {
      config: { permission: 'insights:read' },
      schema: {
        tags: ['insights'],
        summary: 'One number about the events of a name: count, sum, distinct values or people',
        querystring: MeasureQuery,
        response: { 200: MeasureAnswer },
      },
    },
    ({ actor, query }, reply) => {
      const measure = measureOf(query)
      const where = whereOf(query.where)
      if (!seesPersonalData(actor)) refusePersonal([query.property, ...propertiesIn(where)])
      return readMeasure(historyFor(deps, reply), {
        workspace: actor.workspace,
        now: deps.clock.now(),
        event: query.event,
        measure,
        property: query.property ?? null,
        where,
        from: query.from === undefined ? null : Date.parse(query.from),
        to: query.to === undefined ? null : Date.parse(query.to),
      })
    },
  )
}

function measureOf({ measure: wanted, property }: MeasureQuery) {
  const measure = MEASURES.find((one) => one === wanted) ?? 'count'
  const needsProperty = measure === 'sum' || measure === 'distinct'
  if (!needsProperty || property !== undefined) return measure
  throw badRequest(
    'property_missing',
    `The measure "${measure}" needs a property: add property=… with the name of one.`,
  )
}

function whereOf(text: string | undefined): unknown {
  if (text === undefined) return []
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw badRequest('invalid_where', 'where is no JSON. Give a list of property filters.')
  }
}

function propertiesIn(where: unknown): unknown[] {
  return Array.isArray(where) ? where.map((filter) => filter?.property) : []
}

/** Whoever sees masks could find out what they hide by asking how many have a certain value. */
function refusePersonal(properties: readonly unknown[]): void {
  const isHidden = (path: unknown) =>
    typeof path === 'string' && path.split('.').some((part) => isPersonalTrait(part))
  if (!properties.some(isHidden)) return
  throw new Problem(403, {
    code: 'personal_data',
    detail:
      'Questions about personal data need the right to reveal it. Ask about another property.',
  })
}
