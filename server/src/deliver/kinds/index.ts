import { badRequest } from '../../platform/errors.ts'
import type { DestinationKind } from '../kind.ts'
import { webhook } from './webhook.ts'

/** Every kind of destination: a new one is a file beside this one and a name in this list. */
export const destinationKinds: readonly DestinationKind[] = [webhook]

/** @throws Problem 400 when there is no such kind. */
export function destinationKind(name: string): DestinationKind {
  const found = destinationKinds.find(({ kind }) => kind === name)
  if (found) return found
  const known = destinationKinds.map(({ kind }) => kind).join(', ')
  throw badRequest('unknown_kind', `There is no such kind of destination. Known: ${known}.`)
}
