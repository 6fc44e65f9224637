import { ApiError } from '../../api/client.ts'
import type { Path } from './rule.ts'

/** What the server refuses about a rule that looked whole here: which line, and in its words. */
export type Refusal = { path: Path; words: string }

const GROUPS = ['all', 'any', 'none', 'of']

/** The line that a JSON pointer of the API leads to: "/all/1/any/0/value" is in line [1, 0]. */
export function lineOfPointer(pointer: string): Path {
  const steps = pointer.split('/').slice(1)
  const path: number[] = []
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at] ?? ''
    if (step === 'not') path.push(0)
    else if (GROUPS.includes(step) && /^\d+$/.test(steps[at + 1] ?? '')) {
      at += 1
      path.push(Number(steps[at]))
    } else break
  }
  return path
}

/** The refusal in an answer of the API; null when it is another failure. */
export function refusalIn(error: unknown): Refusal | null {
  if (!(error instanceof ApiError) || error.status !== 400) return null
  const [first] = error.errors
  return first ? { path: lineOfPointer(first.path), words: first.message } : null
}
