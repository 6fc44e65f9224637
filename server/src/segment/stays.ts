import { earlier } from './answer.ts'
import { type Window, windowMs } from './period.ts'

/** A time after which a member who is still one is told of, once or every so often. */
export type Stay = { after: Window; repeat: boolean }

/** A stay that is over: how long the member had been one, and since when on that was so. */
export type DueStay = { at: number; stayedMs: number }

/** Of a stay that repeats, the newest so many that fell due at once are told of. */
const DUE_MAX = 1_000

/**
 * The stays of a member since `entered` that fell due after `after` and not later than `upTo`
 * (epoch ms), the earliest first. Who asks for adjoining stretches of time finds each once.
 */
export function dueStays(
  stays: readonly Stay[],
  entered: number,
  { after, upTo }: { after: number; upTo: number },
): DueStay[] {
  const due = new Map<number, DueStay>()
  for (const stay of stays) {
    const length = windowMs(stay.after)
    const last = stay.repeat ? Math.floor((upTo - entered) / length) : 1
    const first = Math.max(1, Math.floor((after - entered) / length) + 1, last - DUE_MAX + 1)
    for (let times = first; times <= last; times += 1) {
      const stayedMs = times * length
      const at = entered + stayedMs
      // Two stays that fall together are one.
      if (at > after && at <= upTo) due.set(stayedMs, { at, stayedMs })
    }
  }
  return [...due.values()].sort((x, y) => x.at - y.at)
}

/** When the next stay of a member falls due, epoch ms; null: never. */
export function nextStay(stays: readonly Stay[], entered: number, now: number): number | null {
  return stays.reduce<number | null>((next, stay) => {
    const length = windowMs(stay.after)
    const passed = Math.max(0, Math.floor((now - entered) / length))
    if (!stay.repeat && passed > 0) return next
    return earlier(next, entered + (passed + 1) * length)
  }, null)
}
