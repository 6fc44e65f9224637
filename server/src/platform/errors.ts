/**
 * A refusal that its caller can act upon, in the form of RFC 9457 ("problem details").
 * `detail` is a sentence: what happened, what to do. It never holds personal data.
 */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly extra: Record<string, unknown>

  constructor(
    status: number,
    problem: { code: string; detail: string; extra?: Record<string, unknown>; cause?: unknown },
  ) {
    super(problem.detail, { cause: problem.cause })
    this.name = 'Problem'
    this.status = status
    this.code = problem.code
    this.extra = problem.extra ?? {}
  }

  /** The body of the answer, `application/problem+json`. */
  body(): Record<string, unknown> {
    return {
      type: `urn:clientele:problem:${this.code}`,
      title: this.code.replaceAll('_', ' '),
      status: this.status,
      detail: this.message,
      ...this.extra,
    }
  }
}

export const badRequest = (code: string, detail: string, extra?: Record<string, unknown>) =>
  new Problem(400, extra ? { code, detail, extra } : { code, detail })

export const notFound = (detail: string) => new Problem(404, { code: 'not_found', detail })

export const conflict = (code: string, detail: string) => new Problem(409, { code, detail })

/** For the branch that the types rule out. */
export function unreachable(value: never): never {
  throw new Error(`This value should not exist here: ${JSON.stringify(value)}.`)
}
