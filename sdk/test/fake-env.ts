// A page that is only values: time moves by hand, the network answers what the test says.
import type { Env, PageFacts, Reply, Store } from '../src/env.ts'

type Answer = Reply | 'network error' | 'never'
export type Sent = { url: string; body: SentBody; keepalive: boolean; leaving: boolean }
type SentBody = { writeKey: string; sentAt: string; batch: SentMessage[] }
export type SentMessage = {
  type: string
  messageId: string
  anonymousId: string
  userId?: string
  previousId?: string
  groupId?: string
  event?: string
  name?: string
  category?: string
  traits?: { [name: string]: unknown }
  properties?: { [name: string]: unknown }
  context: { [name: string]: unknown }
  timestamp: string
}

function mapStore(values: Map<string, string>): Store {
  return {
    get: (name) => values.get(name) ?? null,
    set: (name, value) => {
      values.set(name, value)
      return true
    },
    remove: (name) => {
      values.delete(name)
    },
    names: () => [...values.keys()],
  }
}

export function fakeEnv(disk = { local: new Map<string, string>(), cookie: new Map() }) {
  let now = Date.parse('2026-03-01T10:00:00Z')
  let ids = 0
  let answers: Answer[] = []
  let timers: { at: number; work: () => void }[] = []
  const sent: Sent[] = []
  const warnings: string[] = []
  const page: PageFacts = {
    url: 'https://shop.example/shoes?utm_source=mail&utm_campaign=spring&email=a%40b.fr',
    referrer: 'https://search.example/find?q=shoes',
    title: 'Shoes',
  }
  const device = {
    locale: 'fr-FR',
    userAgent: 'Mozilla/5.0 Firefox/140.0',
    timezone: 'Europe/Paris',
    screen: { width: 1280, height: 800, density: 2 },
    webdriver: false,
  }
  const env: Env = {
    now: () => now,
    // Unlike across pages: a second page must not repeat the first one's ids.
    newId: () => `id-${disk.local.size}-${disk.cookie.size}-${++ids}-${now}`,
    random: () => 0.5,
    after: (ms, work) => {
      timers.push({ at: now + ms, work })
    },
    page: () => page,
    device: () => device,
    store: mapStore(disk.local),
    cookie: mapStore(disk.cookie),
    post: (url, body, how) => {
      sent.push({ url, body: JSON.parse(body) as SentBody, ...how })
      const answer = answers.shift() ?? { status: 200, retryAfter: null }
      if (answer === 'never') return new Promise(() => {})
      return answer === 'network error' ? Promise.reject(new TypeError()) : Promise.resolve(answer)
    },
    warn: (sentence) => warnings.push(sentence),
  }
  /** Lets time pass, with the promises that wait in between. */
  const pass = async (ms: number) => {
    const end = now + ms
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      timers.sort((one, other) => one.at - other.at)
      const next = timers[0]
      if (next === undefined || next.at > end) break
      timers = timers.slice(1)
      now = next.at
      next.work()
    }
    now = end
  }
  return {
    env,
    disk,
    page,
    device,
    sent,
    warnings,
    pass,
    answer: (...next: Answer[]) => {
      answers = next
    },
    messages: () => sent.flatMap((request) => request.body.batch),
  }
}
