import type { JsonObject } from './event.ts'

const LIST_PREFIX = '$list:'
const VALUE_PREFIX = '$value:'

/**
 * Names that only the program itself may tell. Membership of a static list is a trait of the person
 * (true, or taken back), told by an event of the program's own, and so is what a query found; see
 * ADR 8.
 */
export const reserved = {
  /** The event that tells of these: nobody's doing, so no rule about any event counts it. */
  LIST_EVENT: '$List Changed',

  /** In the facts of an entry: its events are the program's own. No header of a request sets it. */
  OWN: { by: 'list' },

  listTrait: (publicId: string): string => `${LIST_PREFIX}${publicId}`,

  /** What the query of a computed trait found for somebody; by the trait's public id. */
  valueTrait: (publicId: string): string => `${VALUE_PREFIX}${publicId}`,

  /** True for a trait that nobody may send, and that is shown as what it stands for. */
  isReserved: (trait: string): boolean =>
    trait.startsWith(LIST_PREFIX) || trait.startsWith(VALUE_PREFIX),

  /** Takes reserved names out of what a sender says, in place; true when there were some. */
  drop: (traits: JsonObject): boolean => {
    const names = Object.keys(traits).filter(reserved.isReserved)
    for (const name of names) delete traits[name]
    return names.length > 0
  },
} as const
