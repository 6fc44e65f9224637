import type { JsonValue } from '../collect/index.ts'

/** What an event told, with where it comes from. The latest event time wins; ties go to `hash`. */
export type Told = {
  /** As received; `null` = taken back. */
  value: JsonValue
  /** Event time, epoch ms. */
  at: number
  /** 48 bits of the message's hash. */
  hash: number
  source: number
}

/** True when `next` speaks over `held`: later, or as late and with the larger hash. */
export function supersedes(
  next: { at: number; hash: number },
  held: { at: number; hash: number },
): boolean {
  return next.at !== held.at ? next.at > held.at : next.hash > held.hash
}
