import type { Defect } from './defects.ts'
import type { Killed } from './killing.ts'
import type { Receiver } from './receiver.ts'
import type { Sent } from './sender.ts'

export type Recovery = { n: number; p50_ms: number; max_ms: number }

export type Figures = {
  kills: number
  by_kind: Record<string, number>
  by_fail_point: Record<string, number>
  /** Events that were made, acknowledgements of events, and how many of these were repetitions. */
  events: number
  acknowledged: number
  duplicates: number
  rejected: number
  /** Calls whose answer was lost or none, sent again until one came. */
  unanswered_calls: number
  messages_received: number
  recovery: Record<string, Recovery>
}

export type TortureReport = {
  seed: number
  defect: Defect | null
  figures: Figures
  /** Every kill, in their order. */
  history: string[]
  /** What is not as it must be, a sentence each. */
  differences: string[]
}

/** The figures of a run. */
export function figuresOf(run: {
  killed: readonly Killed[]
  sent: Sent
  made: number
  receiver: Receiver
}): Figures {
  const { killed, sent, made, receiver } = run
  const distinct = new Set(sent.acknowledged.map((event) => event.messageId)).size
  const byKind = Map.groupBy(killed, (one) => one.what)
  const count = (groups: ReadonlyMap<string, readonly unknown[]>) =>
    Object.fromEntries([...groups].map(([name, own]) => [name, own.length]))
  return {
    kills: killed.length,
    by_kind: count(byKind),
    by_fail_point: count(Map.groupBy(killed, (one) => one.point ?? 'random moment')),
    events: made,
    acknowledged: sent.acknowledged.length,
    duplicates: sent.acknowledged.length - distinct,
    rejected: sent.rejected,
    unanswered_calls: sent.maybe,
    messages_received: receiver.arrived.length,
    recovery: Object.fromEntries([...byKind].map(([name, own]) => [name, recoveryOf(own)])),
  }
}

function recoveryOf(killed: readonly Killed[]): Recovery {
  const times = killed.map((one) => Math.round(one.recoveryMs)).sort((x, y) => x - y)
  return {
    n: times.length,
    p50_ms: times[Math.floor(times.length / 2)] ?? 0,
    max_ms: times.at(-1) ?? 0,
  }
}

const DIFFERENCES_SHOWN = 40

/** The report for people. */
export function textOf({ seed, defect, figures, history, differences }: TortureReport): string {
  const isWell = differences.length === 0
  const lines = isWell
    ? [`0 lost, 0 applied twice in ${figures.kills} kills (seed ${seed})`]
    : [
        `FAILED: ${differences.length} differences after ${figures.kills} kills (seed ${seed})`,
        ...(defect ? [`The defect ${defect} was planted.`] : []),
        '',
        'Kills:',
        ...history.map((line) => `  ${line}`),
        '',
        'Differences:',
        ...differences.slice(0, DIFFERENCES_SHOWN).map((line) => `  ${line}`),
        ...(differences.length > DIFFERENCES_SHOWN
          ? [`  … and ${differences.length - DIFFERENCES_SHOWN} more`]
          : []),
        '',
      ]
  return [...lines, ...figureLines(figures)].join('\n')
}

function figureLines(figures: Figures): string[] {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')
  const seconds = (ms: number) => (ms / 1_000).toFixed(1)
  return [
    `  events: ${figures.events} made, ${figures.acknowledged} acknowledged, of these ` +
      `${figures.duplicates} duplicates; ${figures.rejected} rejected`,
    `  calls sent again because their answer was lost: ${figures.unanswered_calls}`,
    `  messages at the receiver: ${figures.messages_received}`,
    `  killed: ${list(figures.by_kind)}`,
    `  where: ${list(figures.by_fail_point)}`,
    ...Object.entries(figures.recovery).map(
      ([name, { p50_ms, max_ms }]) =>
        `  serving again (${name}): p50 ${seconds(p50_ms)} s, max ${seconds(max_ms)} s`,
    ),
  ]
}
