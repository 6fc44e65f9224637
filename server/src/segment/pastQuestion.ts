import { type Static, Type } from 'typebox'
import { badRequest } from '../platform/errors.ts'
import { instantOf } from '../profile/index.ts'

const instant = (description: string) => Type.Optional(Type.String({ maxLength: 35, description }))

/** I7: the two questions about the past, as a request asks one of them. */
export const PastQuery = Type.Object({
  asOf: instant('By the events up to this instant, the identity and the rule of today; ISO 8601'),
  knownAt: instant('As the system held it at this instant; ISO 8601'),
})

/** Instants in epoch ms; null: it is not asked. */
export type Past = { asOf: number | null; knownAt: number | null }

/** @throws a 400 for what is no instant, and for both questions at once. */
export function pastOf({ asOf, knownAt }: Static<typeof PastQuery>): Past {
  if (asOf !== undefined && knownAt !== undefined) {
    throw badRequest('two_instants', 'Ask with asOf or with knownAt: they are two questions.')
  }
  const read = (name: string, text: string | undefined) =>
    text === undefined ? null : instantOr400(name, text)
  return { asOf: read('asOf', asOf), knownAt: read('knownAt', knownAt) }
}

/** @throws a 400 for what is no instant. */
export function instantOr400(name: string, text: string): number {
  const at = instantOf(text)
  if (at !== null) return at
  throw badRequest('invalid_instant', `${name} takes a date as 2026-11-22 or 2026-11-22T14:05:00Z.`)
}
