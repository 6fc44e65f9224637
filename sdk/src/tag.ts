// Entry of tag.js: puts the client in place of the snippet's queue and replays what it holds.
// Nothing that goes wrong in here may reach the page.
import { Client, type LoadOptions } from './client.ts'
import { browserEnv } from './env.ts'
import { STATE_NAME } from './identity.ts'

type Call = (...given: unknown[]) => void
type Api = { [method: string]: unknown }

const KINDS = ['identify', 'track', 'page', 'group', 'alias'] as const
// Read now: later, from a callback, the browser no longer knows which script runs.
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null
const env = browserEnv()

let client: Client | undefined
let waiting: (() => void)[] = []
const readyCallbacks: Call[] = []

/** The page's own code goes on whatever happens here. */
function guarded(work: Call): Call {
  return (...given) => {
    try {
      work(...given)
    } catch (error) {
      env.warn(`A call was ignored: ${error}.`)
    }
  }
}

/** Calls made before load() wait for it, in their order. */
function onceLoaded(work: (client: Client, given: unknown[]) => void): Call {
  return guarded((...given) => {
    if (client) work(client, given)
    else waiting.push(() => client && work(client, given))
  })
}

function loadAuto(api: Api, options: LoadOptions): void {
  const auto = options.auto === true ? {} : options.auto
  if (!auto || api.auto) return
  api.auto = auto
  const element = document.createElement('script')
  element.async = true
  element.src = auto.src ?? script?.src.replace(/[^/]*$/, 'auto.js') ?? '/auto.js'
  document.head.append(element)
}

function load(api: Api, writeKey: unknown, given: unknown): void {
  if (client || typeof writeKey !== 'string' || writeKey === '') {
    env.warn(`load() was ignored: ${client ? 'it ran before' : 'it needs a write key'}.`)
    return
  }
  const options = (typeof given === 'object' && given !== null ? given : {}) as LoadOptions
  const origin = script?.src ? new URL(script.src).origin : location.origin
  client = new Client(env, writeKey, {
    ...options,
    host: options.host ?? origin,
    onActive: guarded(() => loadAuto(api, options)),
  })
  const replay = waiting
  waiting = []
  for (const work of replay) guarded(work)()
  for (const call of readyCallbacks) guarded(call)()
}

function install(): void {
  const page = window as unknown as { clientele?: Api }
  const stub = page.clientele
  if (stub?.loaded) return
  // The stub object itself becomes the client: whoever kept a reference to it keeps a working one.
  const api: Api = stub ?? {}
  const calls = Array.isArray(stub) ? (stub.splice(0) as unknown[]) : []
  for (const kind of KINDS) api[kind] = onceLoaded((loaded, given) => loaded.call(kind, given))
  api.consent = onceLoaded((loaded, given) => loaded.consent(given[0]))
  api.reset = onceLoaded((loaded) => loaded.reset())
  api.flush = onceLoaded((loaded) => loaded.flush())
  api.consented = () => client?.consented === true
  api.ready = guarded((call) => {
    if (typeof call !== 'function') return
    if (client) call()
    else readyCallbacks.push(call as Call)
  })
  api.load = guarded((writeKey, options) => load(api, writeKey, options))
  // A queued call is [method, ...arguments]; later pushes run at once.
  const push = guarded((call) => {
    const [method, ...given] = call as [string, ...unknown[]]
    const run = method === 'push' ? undefined : api[method]
    if (typeof run === 'function') run(...given)
    else env.warn(`There is no call named ${String(method)}.`)
  })
  api.push = push
  api.loaded = true
  page.clientele = api
  for (const call of calls) push(call)

  addEventListener(
    'pagehide',
    guarded(() => client?.leave()),
  )
  addEventListener(
    'visibilitychange',
    guarded(() => {
      if (document.visibilityState === 'hidden') client?.leave()
    }),
    true,
  )
  addEventListener(
    'storage',
    guarded((event) => {
      const { key, newValue } = event as StorageEvent
      if (key === STATE_NAME) client?.storedElsewhere({ gone: newValue === null })
    }),
  )
}

guarded(install)()
