// The only file that touches the browser's clock, randomness, storage and network for tag.js.
// Everything else receives an Env, so that tests run the same code with small fakes.

/** Names are stored strings; every call may fail silently (private mode, full, forbidden). */
export type Store = {
  get(name: string): string | null
  /** False when the browser refused to store. */
  set(name: string, value: string): boolean
  remove(name: string): void
  names(): string[]
}

export type Reply = { status: number; retryAfter: string | null }

/** What is read from the page at the moment of a call. */
export type PageFacts = {
  url: string
  referrer: string
  title: string
}

export type Device = {
  locale: string
  userAgent: string
  timezone: string | undefined
  screen: { width: number; height: number; density: number }
  webdriver: boolean
}

export type Env = {
  /** Epoch milliseconds. */
  now(): number
  /** A random UUID. */
  newId(): string
  /** In [0, 1). */
  random(): number
  after(ms: number, work: () => void): void
  page(): PageFacts
  device(): Device
  store: Store
  cookie: Store
  /** Rejects when the network failed. `leaving`: the page is about to go away. */
  post(url: string, body: string, how: { keepalive: boolean; leaving: boolean }): Promise<Reply>
  warn(sentence: string): void
}

/** 13 months in seconds: the longest that European regulators accept for such a cookie. */
const COOKIE_SECONDS = 395 * 24 * 3600

function localStore(): Store {
  // Reading window.localStorage itself throws where storage is forbidden, hence once a call.
  return {
    get: (name) => quietly(() => localStorage.getItem(name), null),
    set: (name, value) =>
      quietly(() => {
        localStorage.setItem(name, value)
        return true
      }, false),
    remove: (name) => quietly(() => localStorage.removeItem(name), undefined),
    names: () => quietly(() => Object.keys(localStorage), []),
  }
}

/** A browser that forbids storage is a normal visitor, not an error of the page. */
function quietly<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

function readCookie(name: string): string | null {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1))
}

function writeCookie(name: string, value: string, seconds: number): void {
  const secure = location.protocol === 'https:' ? ';secure' : ''
  const attributes = `path=/;max-age=${seconds};samesite=lax${secure}`
  const written = `${name}=${encodeURIComponent(value)};${attributes}`
  // The broadest domain that the browser accepts, so that shop.example and www.example agree.
  // Public suffixes (.co.uk) are refused by the browser itself: trying is the only way to know.
  const labels = location.hostname.split('.')
  for (let from = labels.length - 2; from >= 0; from--) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `${written};domain=${labels.slice(from).join('.')}`
    if (readCookie(name) === (seconds > 0 ? value : null)) return
  }
  // biome-ignore lint/suspicious/noDocumentCookie: as above
  document.cookie = written
}

function cookieStore(): Store {
  return {
    get: (name) => quietly(() => readCookie(name), null),
    set: (name, value) =>
      quietly(() => {
        writeCookie(name, value, COOKIE_SECONDS)
        return true
      }, false),
    remove: (name) => quietly(() => writeCookie(name, '', 0), undefined),
    names: () => [],
  }
}

/** crypto.randomUUID is missing on plain-http pages; getRandomValues is not. */
function randomId(): string {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () =>
    ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) & 15).toString(16),
  )
}

async function post(
  url: string,
  body: string,
  how: { keepalive: boolean; leaving: boolean },
): Promise<Reply> {
  if (how.leaving && !('keepalive' in Request.prototype) && navigator.sendBeacon(url, body)) {
    // A beacon has no answer. Stored messages stay stored, are repeated on the next page with the
    // same messageId, and the server drops the repetition.
    return new Promise(() => {})
  }
  // text/plain needs no preflight request, which would not survive the end of the page.
  const reply = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'text/plain' },
    keepalive: how.keepalive,
    credentials: 'omit',
  })
  return { status: reply.status, retryAfter: reply.headers.get('Retry-After') }
}

/** The Env of a real page. */
export function browserEnv(): Env {
  return {
    now: () => Date.now(),
    newId: randomId,
    random: () => Math.random(),
    after: (ms, work) => {
      setTimeout(work, ms)
    },
    page: () => ({
      url: location.href,
      referrer: document.referrer,
      title: document.title,
    }),
    device: () => ({
      locale: navigator.language,
      userAgent: navigator.userAgent,
      timezone: quietly(() => Intl.DateTimeFormat().resolvedOptions().timeZone, undefined),
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
      webdriver: navigator.webdriver === true,
    }),
    store: localStore(),
    cookie: cookieStore(),
    post,
    warn: (sentence) => console.warn(`[clientele] ${sentence}`),
  }
}
