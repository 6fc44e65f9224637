import { COMPUTED, type Computed, type Fields, newComputed, newEvent, newTrait } from './fields.ts'
import { REACHABLE, type Rule } from './rule.ts'

type Make = (key: string, fields: Fields) => Rule

/** What a line is made from, by the word before the colon. */
const MAKERS: Record<string, Make> = {
  trait: (key, fields) => newTrait(fields, key),
  event: newEvent,
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
