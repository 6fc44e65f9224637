import {
  COMPUTED,
  type Computed,
  type Fields,
  newComputed,
  newEvent,
  newObject,
  newTrait,
} from './fields.ts'
import { REACHABLE, type Rule } from './rule.ts'

/** Of the key of an attribute: the type may hold any sign, so both stand as JSON. */
const attributeAt = (key: string) => JSON.parse(key) as { type: string; path: string }
export const attributeKey = (type: string, path: string) => JSON.stringify({ type, path })

type Make = (key: string, fields: Fields) => Rule

/** What a line is made from, by the word before the colon. */
const MAKERS: Record<string, Make> = {
  trait: (key, fields) => newTrait(fields, key),
  event: newEvent,
  object: (type, fields) => newObject(fields, type),
  attribute: (key, fields) => {
    const { type, path } = attributeAt(key)
    return newObject(fields, type, path)
  },
  segment: (segment) => ({ segment }),
  list: (list) => ({ list }),
  consent: (purpose) => ({ consent: { purpose }, is: 'granted' }),
  reachable: (key) => ({ reachable: REACHABLE.find((each) => each === key) ?? 'email' }),
  identifier: (identifier) => ({ identifier }),
  staff: () => ({ staff: true }),
  new: (key, fields) => newComputed(fields, COMPUTED.find((each) => each === key) as Computed),
}

/** A line from what was picked: "trait:city", "event:Cart Viewed", "segment:…", "new:near". */
export function lineFrom(fields: Fields, picked: string): Rule {
  const [kind = '', ...rest] = picked.split(':')
  const make = MAKERS[kind]
  if (!make) throw new Error(`Nothing is known of ${picked}.`)
  return make(rest.join(':'), fields)
}
