/** A running intake for tests: in-memory log, one source, on a free port of this machine. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { manualClock } from '../../platform/clock.ts'
import type { Entry, Lane, Log } from '../../platform/log/log.ts'
import type { RejectionCount } from '../counts.ts'
import type { Event } from '../event.ts'
import { createIntake, type IntakeDeps } from '../intake.ts'
import type { IntakeSource } from '../intakeSource.ts'
import { openLiveEvents } from '../live.ts'
import { readEvents } from '../read.ts'
import type { RefusalCounter } from '../refusals.ts'
import { openScriptFiles } from '../serve.ts'

export const writeKey = 'test_write_key'
export const now = Date.parse('2026-03-01T12:00:00.000Z')

export const source: IntakeSource = {
  workspace: 1,
  id: 7,
  publicId: '018f0000-0000-7000-8000-000000000007',
  name: 'Boutique',
}

/** A log that keeps entries in memory; `fault` makes the next appends fail. */
export function memoryLog() {
  const appended: { lane: Lane; entry: Entry }[] = []
  const state: { fault: Error | null } = { fault: null }
  const log: Pick<Log, 'append'> = {
    async append({ lane, entry }) {
      if (state.fault) throw state.fault
      appended.push({ lane, entry })
      const position = appended.length
      return { lane, shard: 0, position: async () => position }
    },
  }
  return { log: log as Log, appended, state }
}

export function memoryRefusals(): RefusalCounter & { added: RejectionCount[] } {
  const added: RejectionCount[] = []
  return {
    added,
    add: (rejection) => void added.push(rejection),
    flush: async () => {},
    close: async () => {},
  }
}

export type TestIntake = Awaited<ReturnType<typeof startIntake>>

/** Starts an intake; `close` stops it. Its clock stands at `now` until told to move. */
export async function startIntake(over: Partial<IntakeDeps> = {}) {
  const clock = manualClock(now)
  const memory = memoryLog()
  const refusals = memoryRefusals()
  const live = openLiveEvents(clock)
  const intake = createIntake({
    clock,
    log: memory.log,
    refusals,
    live,
    admission: { ask: () => null, spend: () => {} },
    logger: pino({ level: 'silent' }),
    sources: (key) => (key === writeKey ? source : null),
    scripts: openScriptFiles('/nowhere'),
    prefix: '/shop',
    ...over,
  })
  const server = createServer((request, response) => {
    if (intake.handles(request.url ?? '/')) intake.handle(request, response)
    else response.writeHead(404).end('not the intake')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    clock,
    refusals,
    live,
    log: memory,
    events: (): Event[] =>
      memory.appended.flatMap(({ entry }) => readEvents(entry).filter((event) => event !== null)),
    accepted: () => memory.appended.reduce((sum, { entry }) => sum + entry.header.count, 0),
    rejected: () =>
      memory.appended.reduce((sum, { entry }) => sum + (entry.header.rejected?.length ?? 0), 0) +
      refusals.added.reduce((sum, { n }) => sum + n, 0),
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const sent =
        typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        body: sent as RequestInit['body'] & (string | Uint8Array),
        headers: { authorization, ...headers },
      })
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
