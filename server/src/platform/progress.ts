/** Tells a waiting person what happens, on a terminal or in a log. */
export type Progress = {
  /** Shows `label` while `work` runs, and how long it took. */
  step<T>(label: string, work: (update: (fraction: number) => void) => Promise<T>): Promise<T>
  line(text: string): void
}

type Output = { write(text: string): unknown; isTTY?: boolean }
type Running = { label: string; fraction: number | null; shown: number }

/** Where there is no terminal to redraw, a long step is told in this many lines. */
const PLAIN_LINES = 10

export function openProgress(output: Output, now: () => number): Progress {
  const running: Running[] = []
  const redraw = () => {
    if (!output.isTTY) return
    const parts = running.map(
      ({ label, fraction }) => label + (fraction === null ? '' : ` ${percent(fraction)}`),
    )
    // To the line's beginning, and empty it.
    output.write(`\r\u001b[K${parts.length > 0 ? `… ${parts.join(' · ')}` : ''}`)
  }
  const line = (text: string) => {
    if (output.isTTY) output.write('\r\u001b[K')
    output.write(`${text}\n`)
    redraw()
  }
  return {
    line,
    step: async (label, work) => {
      const own: Running = { label, fraction: null, shown: 0 }
      running.push(own)
      const startedAt = now()
      if (output.isTTY) redraw()
      else line(`… ${label}`)
      const update = (fraction: number) => {
        own.fraction = fraction
        if (output.isTTY) redraw()
        else if (Math.floor(fraction * PLAIN_LINES) > own.shown) {
          own.shown = Math.floor(fraction * PLAIN_LINES)
          line(`… ${label} ${percent(fraction)}`)
        }
      }
      const finish = (mark: string) => {
        running.splice(running.indexOf(own), 1)
        line(`${mark} ${label} (${((now() - startedAt) / 1_000).toFixed(1)} s)`)
      }
      try {
        const result = await work(update)
        finish('✓')
        return result
      } catch (error) {
        finish('✗')
        throw error
      }
    },
  }
}

function percent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`
}
