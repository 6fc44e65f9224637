import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DEMO_DEFAULTS,
  DEMO_SOURCES,
  type DemoOptions,
  demoDestinations,
  demoLabels,
  demoSegments,
  generateDemo,
  loadDemo,
  openLiveShop,
  RECEIVER_PATH,
} from './demo/index.ts'
import { describeError } from './platform/httpErrors.ts'
import type { Program } from './program.ts'
import { issueApiKey } from './workspace/index.ts'

type DemoSource = (typeof DEMO_SOURCES)[number]
type WriteKeys = Record<DemoSource, string>
/** Kept in DATA_DIR, so that a load cut short goes on with the same events and doubles none. */
type DemoState = { options: DemoOptions; writeKeys: WriteKeys; done: boolean }

const DAY_MS = 24 * 3_600_000
const KEY_LIFE_MS = 3_600_000
const LIVE_POLL_MS = 100

const NAMES: Record<DemoSource, { name: string; kind: string }> = {
  web: { name: 'Boutique en ligne', kind: 'web' },
  pos: { name: 'Caisses des magasins', kind: 'pos' },
  crm: { name: 'CRM', kind: 'crm' },
  newsletter: { name: 'Newsletter', kind: 'newsletter' },
  support: { name: 'Service client', kind: 'support' },
  app: { name: 'Application mobile', kind: 'mobile' },
}

/**
 * Fills the workspace with the demo shop through the public API and intake, once: a second start
 * finds it done. `onProgress` hears how much of the history is in, from 0 to 1. Throws when `signal`
 * ends it; the next start goes on from there.
 */
export async function loadDemoOnce(
  program: Program,
  wish: { people: number | null; onProgress: (fraction: number) => void; signal: AbortSignal },
): Promise<void> {
  const { clock } = program.deps
  const file = stateFile(program)
  const state = readState(file) ?? (await prepare(program, wish.people))
  if (state.done) return
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 })
  await loadDemo({
    baseUrl: program.url,
    writeKeys: state.writeKeys,
    requests: withProgress(state.options, wish.onProgress),
    clock,
    signal: wish.signal,
  })
  // Segments must know the history before the last hour changes them: only what is new is sent.
  await program.stages.flow?.drained()
  await liveShop(program, state).sendLastHour()
  // The first look at the screens should show what was loaded, not that it is on its way.
  await program.stages.flow?.drained()
  await program.stages.sink?.drained()
  writeFileSync(file, JSON.stringify({ ...state, done: true }), { mode: 0o600 })
}

/**
 * Lets the loaded demo shop go on living. The answer stops it; a shop whose sources were taken away
 * closes by itself, and the log says why.
 */
export function startDemoLife(program: Program): () => Promise<void> {
  const state = readState(stateFile(program))
  if (!state?.done) return async () => {}
  return liveShop(program, state).open()
}

function liveShop({ url, deps }: Program, { options, writeKeys }: DemoState) {
  const { clock, log } = deps
  return openLiveShop({
    baseUrl: url,
    writeKeys,
    options,
    clock,
    onFault: (error) => {
      log.warn({ error: describeError(error) }, 'The demo shop has closed: nobody visits any more')
    },
  })
}

function stateFile({ deps }: Program): string {
  return join(deps.config.dataDir, 'demo.json')
}

function readState(file: string): DemoState | null {
  if (!existsSync(file)) return null
  return JSON.parse(readFileSync(file, 'utf8')) as DemoState
}

/** Sources, names and segments, made through the API as anyone would. */
async function prepare(program: Program, people: number | null): Promise<DemoState> {
  const { deps, workspace } = program
  const key = await issueApiKey(deps, {
    workspace: workspace.id,
    actor: { kind: 'system', name: 'demo' },
    name: 'Demo',
    scopes: ['*'],
    expiresAt: deps.clock.now() + KEY_LIFE_MS,
  })
  const call = openCaller(program.url, key.key)
  const receiver = `http://127.0.0.1:${deps.config.port}${RECEIVER_PATH}`
  const entries: [DemoSource, string][] = []
  for (const source of DEMO_SOURCES) {
    const made = await call<{ writeKey: string }>('POST', '/sources', NAMES[source])
    entries.push([source, made.writeKey])
  }
  for (const label of labelRows()) await call('PUT', '/labels', label)
  const segments = new Map<string, string>()
  for (const { key: word, name, description, tree } of demoSegments) {
    const body = { name, description: description.fr, rule: tree }
    segments.set(word, (await call<{ id: string }>('POST', '/segments', body)).id)
  }
  await untilLive(call)
  for (const { name, kind, url, purpose, segments: keys } of demoDestinations(receiver)) {
    const triggers = keys.map((one) => ({ segment: segments.get(one), on: ['entered', 'left'] }))
    const body = { name: name.fr, kind, config: { url }, purpose, triggers, enabled: true }
    await call('POST', '/destinations', body)
  }
  await call('DELETE', `/api-keys/${key.id}`)
  const { seed, days } = DEMO_DEFAULTS
  const options = { seed, days, people: people ?? DEMO_DEFAULTS.people, now: deps.clock.now() }
  return { options, writeKeys: Object.fromEntries(entries) as WriteKeys, done: false }
}

/**
 * Nobody is sent anywhere for a segment that is still being filled, so the history begins when all
 * are live; while there is nobody, that is a matter of moments.
 */
async function untilLive(call: Caller): Promise<void> {
  for (;;) {
    const { data } = await call<{ data: { state: string }[] }>('GET', '/segments')
    if (data.every(({ state }) => state === 'live')) return
    await sleep(LIVE_POLL_MS)
  }
}

function labelRows(): { kind: string; name: string; fr: string; en: string }[] {
  const kinds = {
    event: demoLabels.events,
    trait: demoLabels.traits,
    property: demoLabels.properties,
  }
  return Object.entries(kinds).flatMap(([kind, labels]) =>
    Object.entries(labels).map(([name, text]) => ({ kind, name, ...text })),
  )
}

type Caller = ReturnType<typeof openCaller>

function openCaller(baseUrl: string, key: string) {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`The demo could not be set up: ${method} ${path}: ${text}`)
    return (text === '' ? null : JSON.parse(text)) as Answer
  }
}

/** The history comes in the order of time, so its dates say how far it is. */
function* withProgress(options: DemoOptions, onProgress: (fraction: number) => void) {
  const begin = options.now - options.days * DAY_MS
  for (const request of generateDemo(options)) {
    yield request
    const time = Date.parse(String(request.batch[0]?.timestamp))
    if (time > begin) onProgress((time - begin) / (options.now - begin))
  }
}
