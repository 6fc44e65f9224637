import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DEMO_DEFAULTS,
  DEMO_SOURCES,
  type DemoOptions,
  demoAudience,
  demoDestinations,
  demoLabels,
  generateDemo,
  loadDemo,
  openLiveShop,
  RECEIVER_PATH,
} from './demo/index.ts'
import { DAY_MS, HOUR_MS } from './platform/durations.ts'
import { describeError } from './platform/httpErrors.ts'
import type { Program } from './program.ts'
import { issueApiKey } from './workspace/index.ts'

type DemoSource = (typeof DEMO_SOURCES)[number]
type WriteKeys = Record<DemoSource, string>
/** Kept in DATA_DIR, so that a load cut short goes on with the same events and doubles none. */
type DemoState = {
  options: DemoOptions
  writeKeys: WriteKeys
  /** Where the destinations send: it has this program's port in it. */
  receiver: string
  done: boolean
}

const KEY_LIFE_MS = HOUR_MS
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
 * finds it done. `onProgress` hears how much of the history is in, from 0 to 1. Throws when
 * `signal` ends it; the next start goes on from there.
 */
export async function loadDemoOnce(
  program: Program,
  wish: { people: number | null; onProgress: (fraction: number) => void; signal: AbortSignal },
): Promise<void> {
  const { clock } = program.deps
  const file = stateFile(program)
  const state = await movedState(program, readState(file) ?? (await prepare(program, wish.people)))
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

/** Sources, names and segments, made through the API as anyone would; what is there stays. */
async function prepare(program: Program, people: number | null): Promise<DemoState> {
  const { clock } = program.deps
  const receiver = receiverOf(program)
  const { call, close } = await openCaller(program)
  const entries: [DemoSource, string][] = []
  for (const source of DEMO_SOURCES) {
    const made = await findOrMake<{ writeKey: string }>(call, '/sources', NAMES[source])
    entries.push([source, made.writeKey])
  }
  for (const label of labelRows()) await call('PUT', '/labels', label)
  await call('PUT', '/segments/staff', demoAudience.staff)
  const segments = new Map<string, string>()
  for (const { key: word, name, description, tree } of demoAudience.segments) {
    const body = { name, description: description.fr, rule: tree }
    segments.set(word, (await findOrMake<{ id: string }>(call, '/segments', body)).id)
  }
  await untilLive(call)
  for (const { name, kind, url, purpose, segments: keys } of demoDestinations(receiver)) {
    const triggers = keys.map((one) => ({ segment: segments.get(one), on: ['entered', 'left'] }))
    const body = { name: name.fr, kind, config: { url }, purpose, triggers, enabled: true }
    await findOrMake(call, '/destinations', body)
  }
  await close()
  const { seed, days } = DEMO_DEFAULTS
  const options = { seed, days, people: people ?? DEMO_DEFAULTS.people, now: clock.now() }
  const writeKeys = Object.fromEntries(entries) as WriteKeys
  return { options, writeKeys, receiver, done: false }
}

type Name = string | { fr: string; en: string }
const french = (name: Name) => (typeof name === 'string' ? name : name.fr)

/** A start that was cut short may have made some of them. */
async function findOrMake<Made>(
  call: Caller,
  path: string,
  wanted: { name: Name; [setting: string]: unknown },
): Promise<Made> {
  const { data } = await call<{ data: (Made & { name: Name })[] }>('GET', `${path}?limit=200`)
  const found = data.find(({ name }) => french(name) === french(wanted.name))
  return found ?? (await call<Made>('POST', path, wanted))
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
    object: demoLabels.objects,
  }
  return Object.entries(kinds).flatMap(([kind, labels]) =>
    Object.entries(labels).map(([name, text]) => ({ kind, name, ...text })),
  )
}

const receiverOf = ({ deps }: Program) => `http://127.0.0.1:${deps.config.port}${RECEIVER_PATH}`

/** The destinations follow the program when it is started on another port. */
async function movedState(program: Program, state: DemoState): Promise<DemoState> {
  const receiver = receiverOf(program)
  if (state.receiver === receiver) return state
  const { call, close } = await openCaller(program)
  type Destination = { id: string; config: { url?: string } }
  const { data } = await call<{ data: Destination[] }>('GET', '/destinations?limit=200')
  for (const { id, config } of data) {
    if (config.url !== state.receiver) continue
    await call('PATCH', `/destinations/${id}`, { config: { ...config, url: receiver } })
  }
  await close()
  const moved = { ...state, receiver }
  writeFileSync(stateFile(program), JSON.stringify(moved), { mode: 0o600 })
  return moved
}

type Caller = <Answer>(method: string, path: string, body?: object) => Promise<Answer>

/** Calls the API with a key of its own, which `close` takes away. */
async function openCaller(
  program: Program,
): Promise<{ call: Caller; close: () => Promise<unknown> }> {
  const { deps, workspace, url } = program
  const { id, key } = await issueApiKey(deps, {
    workspace: workspace.id,
    actor: { kind: 'system', name: 'demo' },
    name: 'Demo',
    scopes: ['*'],
    expiresAt: deps.clock.now() + KEY_LIFE_MS,
  })
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
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
  return { call, close: () => call('DELETE', `/api-keys/${id}`) }
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
