import { Type } from 'typebox'
import type { Calendar } from '../calendar.ts'
import { calendarIn, ZONE_TRAIT, zoneOf } from '../personZone.ts'
import type { Rule, Zoned } from '../rule.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { traitSql } from '../traitSql.ts'
import type { EvaluationContext, Kind, Scope } from './kind.ts'

const zone = Type.Optional(
  Type.Literal('person', { description: 'By the calendar of the person, else of the workspace' }),
)

/**
 * A kind whose conditions may be asked by the calendar of each person's own time zone: of the one
 * that the trait `timezone` names, else of the workspace's.
 */
export function zoned<R extends Rule & Zoned>(kind: Kind<R>): Kind<R> {
  const { found } = kind
  return {
    ...kind,
    schema: Type.Object({ ...kind.schema.properties, zone }, { additionalProperties: false }),
    needs: (rule, recurse) => {
      const needs = kind.needs(rule, recurse)
      if (!rule.zone) return needs
      return { ...needs, traits: [...needs.traits, { name: ZONE_TRAIT, keys: null }] }
    },
    prepare: (rule, scope, prepare) => {
      if (!rule.zone) return kind.prepare(rule, scope, prepare)
      return perZone(scope, (own) => kind.prepare(rule, own, prepare))
    },
    ...(found && {
      found: (rule, scope) =>
        rule.zone ? perZone(scope, (own) => found(rule, own)) : found(rule, scope),
    }),
    toSql: (rule, builder, recurse) => {
      const inCalendar = (calendar: Calendar) =>
        builder.within(calendar, () => kind.toSql(rule, builder, recurse))
      return rule.zone ? zonedSql(inCalendar, builder) : kind.toSql(rule, builder, recurse)
    },
    describe: (rule, names, recurse) => {
      const { fr, en } = kind.describe(rule, names, recurse)
      if (!rule.zone) return { fr, en }
      return { fr: `${fr} (à l’heure de la personne)`, en: `${en} (in the person’s time zone)` }
    },
  }
}

/** What is asked is made ready once a zone, when the first person is in it. */
function perZone<T>(
  scope: Scope,
  make: (scope: Scope) => (context: EvaluationContext) => T,
): (context: EvaluationContext) => T {
  const made = new Map<string, (context: EvaluationContext) => T>()
  const ofWorkspace = make(scope)
  return (context) => {
    const name = zoneOf(context.facts, context.registry)
    if (name === null) return ofWorkspace(context)
    const held = made.get(name)
    if (held) return held(context)
    const own = make({ ...scope, calendar: calendarIn(name, scope.calendar) })
    made.set(name, own)
    return own(context)
  }
}

/**
 * ClickHouse knows no zone that differs from row to row: the condition is compiled for every zone
 * that people told, and those in which it comes out the same are asked together.
 */
function zonedSql(inCalendar: (calendar: Calendar) => string, builder: SqlBuilder): string {
  const { calendar } = builder
  const ofWorkspace = inCalendar(calendar)
  const bySql = Map.groupBy(calendar.personZones, (name) => {
    return inCalendar(calendarIn(name, calendar))
  })
  bySql.delete(ofWorkspace)
  if (bySql.size === 0) return ofWorkspace
  const isIn = (names: string[]) => traitSql(ZONE_TRAIT, { op: 'oneOf', value: names }, builder)
  const elsewhere = [...bySql].map(([sql, names]) => `${isIn(names)}, ${sql}`)
  return `multiIf(${[...elsewhere, ofWorkspace].join(', ')})`
}
