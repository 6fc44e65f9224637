import { type LineReason, lineReasons } from './lines.ts'

/** Rejected lines by reason, the most frequent first. */
export function rejectedView(rejected: Partial<Record<LineReason, number>>) {
  const reasons = Object.keys(lineReasons) as LineReason[]
  return reasons
    .flatMap((reason) => {
      const count = rejected[reason] ?? 0
      return count === 0 ? [] : [{ reason, text: lineReasons[reason], count }]
    })
    .sort((x, y) => y.count - x.count)
}
