/**
 * Something that the process depends on: without a required one it can do nothing, without another
 * it still can.
 */
export type Check = {
  required: boolean
  /** A sentence for when `run` fails or gives no answer: what does not work, what to look at. */
  without: string
  run(): Promise<CheckResult>
}
export type Checks = Record<string, Check>

/** `detail`: a sentence that says what is, or what is wrong; never personal data. */
export type CheckResult = { ok: boolean; warns?: boolean; detail: string }

export type Checked = {
  required: boolean
  ok: boolean
  status: 'ok' | 'warning' | 'failed'
  detail: string
  /** How long the answer took, in milliseconds. */
  ms: number
}

export type Readiness = {
  /** `degraded`: only what is not required fails. */
  status: 'ready' | 'degraded' | 'not ready'
  checks: Record<string, Checked>
}

const CHECK_TIMEOUT_MS = 3_000

/**
 * What runs all checks side by side. Who asks while they run gets the same answer, and a check that
 * hangs is not begun a second time: asking often must not add load to something that is ill.
 */
export function openReadiness(checks: Checks): () => Promise<Readiness> {
  let asking: Promise<Readiness> | null = null
  const hanging = new Map<string, Promise<CheckResult>>()
  const ask = async (): Promise<Readiness> => {
    const entries = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        return [name, await runCheck(name, check, hanging)] as const
      }),
    )
    const results = entries.map(([, result]) => result)
    const isReady = results.every(({ ok, required }) => ok || !required)
    const isWhole = results.every(({ ok }) => ok)
    const status = isWhole ? 'ready' : isReady ? 'degraded' : 'not ready'
    return { status, checks: Object.fromEntries(entries) }
  }
  return () => {
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }
}

async function runCheck(
  name: string,
  check: Check,
  hanging: Map<string, Promise<CheckResult>>,
): Promise<Checked> {
  const startedAt = performance.now()
  const underWay = hanging.get(name) ?? check.run()
  hanging.set(name, underWay)
  const settled = underWay
    .catch((): CheckResult => ({ ok: false, detail: check.without }))
    .finally(() => hanging.delete(name))
  const late = Promise.withResolvers<CheckResult>()
  const detail = `${check.without} There was no answer within ${CHECK_TIMEOUT_MS / 1_000} seconds.`
  const timer = setTimeout(() => late.resolve({ ok: false, detail }), CHECK_TIMEOUT_MS)
  const result = await Promise.race([settled, late.promise])
  clearTimeout(timer)
  const status = !result.ok ? 'failed' : result.warns ? 'warning' : 'ok'
  const ms = Math.round(performance.now() - startedAt)
  return { required: check.required, ok: result.ok, status, detail: result.detail, ms }
}
