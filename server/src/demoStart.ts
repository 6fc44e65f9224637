import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DEMO_DEFAULTS,
  DEMO_SOURCES,
  type DemoOptions,
  demoDestinations,
  demoLabels,
  demoSegments,
  generateDemo,
  loadDemo,
  RECEIVER_PATH,
} from './demo/index.ts'
import type { Program } from './program.ts'
import { issueApiKey } from './workspace/index.ts'

type DemoSource = (typeof DEMO_SOURCES)[number]
type WriteKeys = Record<DemoSource, string>
/** Kept in DATA_DIR, so that a load cut short goes on with the same events and doubles none. */
type DemoState = { options: DemoOptions; writeKeys: WriteKeys; done: boolean }

const DAY_MS = 24 * 3_600_000
const KEY_LIFE_MS = 3_600_000

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
 * finds it done. `onProgress` hears how much of the history is in, from 0 to 1.
 */
export async function loadDemoOnce(
  program: Program,
  wish: { people: number | null; onProgress: (fraction: number) => void },
): Promise<void> {
  const file = join(program.deps.config.dataDir, 'demo.json')
  const state = readState(file) ?? (await prepare(program, wish.people))
  if (state.done) return
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 })
  await loadDemo({
    baseUrl: program.url,
    writeKeys: state.writeKeys,
    requests: withProgress(state.options, wish.onProgress),
    clock: program.deps.clock,
  })
  // The first look at the screens should show what was loaded, not that it is on its way.
  await program.stages.flow?.drained()
  await program.stages.sink?.drained()
  writeFileSync(file, JSON.stringify({ ...state, done: true }), { mode: 0o600 })
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
