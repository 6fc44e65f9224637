import type { Actor } from '../platform/api.ts'
import { maskIdentifier, maskTrait, may } from '../workspace/index.ts'

/** Personal data as the actor may see it. */
export function shown<Row extends { name: string; identifiers: string[] }>(actor: Actor, row: Row) {
  const email = row.identifiers.find((one) => one.startsWith('email:'))?.slice('email:'.length)
  if (may(actor, 'profiles:reveal')) return { ...row, email: email ?? null }
  return {
    ...row,
    name: String(maskTrait('name', row.name) ?? ''),
    email: email === undefined ? null : maskIdentifier('email', email),
    identifiers: row.identifiers.map((one) => {
      const colon = one.indexOf(':')
      const namespace = one.slice(0, colon)
      return `${namespace}:${maskIdentifier(namespace, one.slice(colon + 1))}`
    }),
  }
}
