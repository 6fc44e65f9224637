import { Type } from 'typebox'
import { decimalNumber, type Typed } from '../../profile/index.ts'
import type { PathSql } from '../operators/index.ts'
import type { NearRule } from '../rule.ts'
import { nameSchema } from '../schema.ts'
import type { SqlBuilder } from '../sqlBuilder.ts'
import { traitAt } from '../traitSql.ts'
import { numberText } from '../words.ts'
import { type EvaluationContext, type Kind, NOTHING_FOUND } from './kind.ts'

/** The mean radius of the Earth, IUGG. */
const EARTH_KM = 6_371.0088
const RADIANS = Math.PI / 180

/** Where a trait says that somebody is lies within so many kilometres of a point. */
export const nearKind: Kind<NearRule> = {
  is: (rule): rule is NearRule => 'near' in rule,
  schema: Type.Object(
    {
      near: nameSchema,
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
      km: Type.Number({ exclusiveMinimum: 0, maximum: 20_040 }),
    },
    { additionalProperties: false },
  ),
  children: () => [],
  needs: ({ near }) => ({
    traits: [latitudeOf(near), longitudeOf(near)].map((name) => ({ name, keys: null })),
    streams: [],
  }),
  prepare: (rule) => (context) => {
    const place = placeOf(rule.near, context)
    return { holds: place !== null && distanceKm(rule, place) <= rule.km, nextChangeAt: null }
  },
  /** The distance in kilometres, to 100 m. */
  found: (rule) => (context) => {
    const place = placeOf(rule.near, context)
    return { ...NOTHING_FOUND, value: place && Math.round(distanceKm(rule, place) * 10) / 10 }
  },
  toSql: (rule, builder) =>
    nearSql(
      rule,
      [traitAt(latitudeOf(rule.near), builder), traitAt(longitudeOf(rule.near), builder)],
      builder,
    ),
  describe: ({ near, latitude, longitude, km }, names) => {
    const name = names.of('trait', near)
    const point = (language: 'fr' | 'en') =>
      `${numberText(latitude, language)} ; ${numberText(longitude, language)}`
    return {
      fr: `${name.fr} est à moins de ${numberText(km, 'fr')} km de (${point('fr')})`,
      en: `${name.en} is within ${numberText(km, 'en')} km of (${point('en')})`,
    }
  },
}

/** The same distance as `distanceKm`, of a latitude and a longitude. */
function nearSql(rule: NearRule, place: readonly [PathSql, PathSql], builder: SqlBuilder): string {
  const [latitude, longitude] = place.map(({ columns }) => `toFloat64(${columns.number})`)
  const [fromLatitude, fromLongitude, km] = [rule.latitude, rule.longitude, rule.km].map((one) =>
    builder.bind('Float64', one),
  )
  const half = (to = '', from = '') => `sin((${to} - ${from}) * ${RADIANS} / 2)`
  const square =
    `pow(${half(latitude, fromLatitude)}, 2) + cos(${fromLatitude} * ${RADIANS}) ` +
    `* cos(${latitude} * ${RADIANS}) * pow(${half(longitude, fromLongitude)}, 2)`
  const has = place.map(({ columns }) => columns.hasNumber).join(' AND ')
  return `(${has} AND (2 * ${EARTH_KM} * asin(sqrt(least(1, ${square})))) <= ${km})`
}

const latitudeOf = (trait: string) => `${trait}.latitude`
const longitudeOf = (trait: string) => `${trait}.longitude`

const numberIn = (value: Typed | null): number | null =>
  value?.type === 'number' ? decimalNumber(value.decimal) : null

/** Where the trait says that somebody is; null where it does not. */
function placeOf(near: string, { facts, registry }: EvaluationContext): Point | null {
  const read = (name: string): number | null => {
    const id = registry.idOf('trait', name)
    return id === undefined ? null : numberIn(facts.trait(id, name))
  }
  const [latitude, longitude] = [read(latitudeOf(near)), read(longitudeOf(near))]
  return latitude === null || longitude === null ? null : { latitude, longitude }
}

type Point = { latitude: number; longitude: number }

/** The great-circle distance by the haversine formula (R. W. Sinnott, 1984). */
export function distanceKm(from: Point, to: Point): number {
  const half = (x: number, y: number) => Math.sin(((x - y) * RADIANS) / 2)
  const square =
    half(to.latitude, from.latitude) ** 2 +
    Math.cos(from.latitude * RADIANS) *
      Math.cos(to.latitude * RADIANS) *
      half(to.longitude, from.longitude) ** 2
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, square)))
}
