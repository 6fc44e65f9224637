/**
 * No personal data leaves by the side doors: planted values go in by every way there is, while
 * engines die and destinations fail, at the most talkative log level. Then everything that the
 * program says of itself is searched for them.
 */
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ADMIN_KEY, type House, openHouse, WRITE_KEY } from './childProgram.ts'

/** Each is told to the program more than once, and none may come back. */
const CANARIES = {
  email: 'canary.martin@canary-mail.example',
  localPart: 'canary.martin',
  name: 'Canarinette',
  familyName: "O'Canarito",
  phone: '+33799887766',
  phoneDigits: '0799887766',
  address: '203.0.113.199',
  network: '203.0.113.0',
  userId: 'canary-user-31337',
  deviceId: 'canary-device-31337',
  unknownWriteKey: 'canary_write_key_31337',
  unknownApiKey: 'ck_canary_api_key_31337',
  unknownPassword: 'canary-password-31337',
  destinationToken: 'canary-bearer-31337',
  receiverSays: 'canary-answer-31337',
  writeKey: WRITE_KEY,
  adminKey: ADMIN_KEY,
}

const patient = { timeout: 60_000, interval: 200 }

let house: House
let collector: Server
let receiver: Server
let spans = ''
/** What was answered to senders and callers who did something wrong. */
const errorAnswers: string[] = []

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

beforeAll(async () => {
  collector = await listening(
    createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        spans += chunk.toString('utf8')
      })
      request.on('end', () => response.writeHead(200).end('{}'))
    }),
  )
  receiver = await listening(
    createServer((request, response) => {
      request.resume()
      response.writeHead(500, { 'x-said': CANARIES.receiverSays }).end(CANARIES.receiverSays)
    }),
  )
  house = await openHouse({
    LOG_LEVEL: 'trace',
    ALLOW_PRIVATE_NETWORK: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: addressOf(collector),
  })
  // Run as root, the engines have a user of their own; it must be able to enter, so that their
  // files are below this directory, and no other house's engine is ever taken for ours.
  chmodSync(house.home, 0o755)
  await house.start()
}, 240_000)

afterAll(async () => {
  await house.close()
  collector.close()
  receiver.close()
}, 60_000)

/** Of a person: what a bot does is not counted, and would go no further than the door. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

const person = {
  userId: CANARIES.userId,
  anonymousId: CANARIES.deviceId,
  traits: {
    email: CANARIES.email,
    phone: CANARIES.phone,
    firstName: CANARIES.name,
    lastName: CANARIES.familyName,
    age: 'not a number',
  },
  context: {
    ip: CANARIES.address,
    userAgent: `${BROWSER} ${CANARIES.name}/1.0`,
    consent: { categoryPreferences: { marketing: true, [CANARIES.name]: false } },
  },
}
const browser = {
  origin: 'https://shop.example',
  'user-agent': `${BROWSER} ${CANARIES.name}/1.0`,
  'x-forwarded-for': CANARIES.address,
}
const basic = (key: string) => ({ authorization: `Basic ${btoa(`${key}:`)}` })

/** Sends a body to the intake as a browser would; keeps the answer when it is a refusal. */
async function send(
  body: unknown,
  { path = '/v1/batch', key = WRITE_KEY as string } = {},
): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { ...browser, ...basic(key) }
  try {
    const answer = await fetch(`${house.url}${path}`, { method: 'POST', headers, body: text })
    const said = await answer.text()
    if (!answer.ok) errorAnswers.push(said)
    return answer.status
  } catch {
    // While an engine is away a connection may break; what counts is what is said of it.
    return 0
  }
}

async function call(
  path: string,
  init: RequestInit = {},
  key: string = ADMIN_KEY,
): Promise<number> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(init.body ? { 'content-type': 'application/json' } : {}),
  }
  const answer = await fetch(`${house.url}/api/v1${path}`, { ...init, headers })
  const said = await answer.text()
  if (!answer.ok) errorAnswers.push(said)
  return answer.status
}
const post = (path: string, body: unknown, key?: string) =>
  call(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, key)

/** A connection to the PostgreSQL that the program started, found as its superuser would. */
async function onPostgres<T>(work: (sql: pg.Client) => Promise<T>): Promise<T> {
  const password = readFileSync(fileOf('postgres.password'), 'utf8').trim()
  const port = readFileSync(fileOf('postmaster.pid'), 'utf8').split('\n')[3]
  const url = `postgres://clientele:${password}@127.0.0.1:${port}/clientele`
  const sql = new pg.Client({ connectionString: url })
  sql.on('error', () => {})
  await sql.connect()
  return work(sql).finally(() => sql.end())
}

/** All files below a folder; what an engine takes away meanwhile is not among them. */
function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
      const path = join(folder, one.name)
      if (one.isDirectory()) return filesOf(path)
      return one.isFile() ? [path] : []
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function fileOf(name: string): string {
  const found = filesOf(house.home).find((path) => path.endsWith(`/${name}`))
  if (!found) throw new Error(`The program has no file ${name}.`)
  return found
}

const ready = async () => (await (await fetch(`${house.url}/readyz`)).json()) as { status: string }
const metrics = async () => (await fetch(`${house.url}/metrics`)).text()

test('the planted values go in by every way, past failing engines and destinations', async () => {
  await sendWell()
  await sendBadly()
  await askBadly()
  await poisonOne()
  await endEngines()
  const again = () => send({ batch: [{ type: 'identify', ...person }] })
  await vi.waitFor(async () => expect(await again()).toBe(200), patient)
  // Told again to engines that are back, so that what they hold back is said as well.
  await vi.waitFor(async () => expect(await metrics()).toMatch(DELIVERED_5XX), patient)
}, 240_000)

const DELIVERED_5XX = /clientele_deliver_attempts_total\{outcome="retrying",answer="5xx"\} [1-9]/

async function sendWell(): Promise<void> {
  const rule = { did: 'Cart Left', times: { op: 'atLeast', count: 1 }, within: { days: 1 } }
  expect(await post('/segments', { name: `Cart of ${CANARIES.name}`, rule })).toBe(201)
  const segments = (await house.get('/segments')).body.data as { id: string }[]
  const id = segments[0]?.id ?? ''
  const state = async () => (await house.get(`/segments/${id}`)).body.state
  await vi.waitFor(async () => expect(await state()).toBe('live'), patient)
  const headers = { authorization: CANARIES.destinationToken }
  const config = { url: `${addressOf(receiver)}/hook`, headers }
  const destination = {
    ...{ name: CANARIES.name, kind: 'webhook', config, purpose: 'marketing', channel: 'email' },
    ...{ triggers: [{ segment: id, on: ['entered', 'left'] }], enabled: true },
  }
  expect(await post('/destinations', destination)).toBe(201)
  const cart = { type: 'track', event: 'Cart Left', properties: person.traits }
  const batch = [
    { type: 'identify', ...person },
    { ...cart, ...person },
    { type: 'alias', userId: CANARIES.email, previousId: CANARIES.deviceId },
    { type: 'group', groupId: CANARIES.familyName, ...person },
    // One that is rejected among those that are taken.
    { ...person, type: CANARIES.name },
  ]
  expect(await send({ batch })).toBe(200)
  const pixel = Buffer.from(JSON.stringify({ event: CANARIES.name, ...person })).toString('base64')
  await fetch(`${house.url}/pixel/v1/track?data=${pixel}&writeKey=${WRITE_KEY}`)
  const consent = { identifier: `email:${CANARIES.email}`, purpose: 'marketing', granted: true }
  await post('/consents', { ...consent, channel: 'email', proof: CANARIES.name })
}

async function sendBadly(): Promise<void> {
  const text = JSON.stringify({ batch: [person] })
  for (const body of [
    text.slice(0, -3),
    `${text}${CANARIES.name}`,
    JSON.stringify([person]),
    { batch: person.traits },
    { batch: [{ type: CANARIES.name, ...person }] },
    { batch: [{ type: 'track', event: CANARIES.name.repeat(100), ...person }] },
    { batch: [{ type: 'identify', userId: CANARIES.userId.repeat(100) }] },
    { batch: [{ type: 'track', messageId: CANARIES.deviceId.repeat(50), event: 'x', ...person }] },
  ]) {
    expect(await send(body)).toBe(400)
  }
  expect(await send(text, { key: CANARIES.unknownWriteKey })).toBe(401)
  expect(await send(text, { path: `/v1/${CANARIES.name}` })).toBe(404)
}

async function askBadly(): Promise<void> {
  const { email, name } = CANARIES
  expect(await call('/sources', {}, CANARIES.unknownApiKey)).toBe(401)
  expect(await call(`/profiles/email:${email}`, {}, CANARIES.unknownApiKey)).toBe(401)
  expect(await call(`/profiles/email:nobody-${email}`)).toBe(404)
  expect(await call(`/${name}/${email}`)).toBe(404)
  for (const [path, body] of [
    ['/consents', { identifier: `email:${email}`, purpose: name, granted: email }],
    ['/segments', { name, rule: { trait: name, op: email, value: CANARIES.phone } }],
    ['/destinations', { name, kind: email, config: { url: `http://${name}:${email}@x/` } }],
    ['/consents', `{"identifier":"${email}", oops`],
  ] as const) {
    expect(await post(path, body)).toBeGreaterThanOrEqual(400)
  }
  const signIn = { email: CANARIES.email, password: CANARIES.unknownPassword }
  expect(await post('/session', signIn, '')).toBeGreaterThanOrEqual(400)
}

/** PostgreSQL refuses a row of one person's event, and says whose: a fault of data. */
async function poisonOne(): Promise<void> {
  await onPostgres(async (sql) => {
    await sql.query(
      `ALTER TABLE identifier ADD CONSTRAINT poison
         CHECK (value NOT LIKE 'poison-%') NOT VALID`,
    )
    const userId = `poison-${CANARIES.userId}`
    const poisonous = () => send({ batch: [{ type: 'identify', ...person, userId }] })
    await vi.waitFor(async () => expect(await poisonous()).toBe(200), patient)
    const letters = async () => (await sql.query('SELECT 1 FROM dead_letter')).rowCount
    await vi.waitFor(async () => expect(await letters()).toBeGreaterThan(0), patient)
    await sql.query('ALTER TABLE identifier DROP CONSTRAINT poison')
  })
}

/** Connections dropped, PostgreSQL killed, ClickHouse killed, all with events under way. */
async function endEngines(): Promise<void> {
  let stopping = false
  const sending = (async () => {
    for (let n = 0; !stopping; n += 1) {
      const messageId = `canary-${n}`
      await send({ batch: [{ type: 'track', event: 'Cart Left', messageId, ...person }] })
      await call(`/profiles/email:${CANARIES.email}`).catch(() => 0)
    }
  })()
  try {
    await onPostgres((sql) =>
      sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND datname = 'clientele'`,
      ),
    )
    process.kill(Number(readFileSync(fileOf('postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
    const pidFile = readFileSync(fileOf('clickhouse.pid.json'), 'utf8')
    process.kill((JSON.parse(pidFile) as { pid: number }).pid, 'SIGKILL')
    await vi.waitFor(() => expect(house.said()).toContain('it is started again'), patient)
    await vi.waitFor(async () => expect((await ready()).status).toBe('ready'), patient)
  } finally {
    stopping = true
    await sending
  }
}

/** Written out, in the forms in which a value may be repeated. */
const formsOf = (value: string) => [value, encodeURIComponent(value), JSON.stringify(value)]

/** The names of the planted values that a text holds. */
function foundIn(text: string): string[] {
  return Object.entries(CANARIES)
    .filter(([, value]) => formsOf(value).some((form) => text.includes(form)))
    .map(([name]) => name)
}

test('nothing that the program prints holds any of them', () => {
  expect(house.said()).toContain('An event could not be applied and is kept as a dead letter')
  expect(foundIn(house.said())).toEqual([])
})

test('no log file in the data directory does, those of the engines included', () => {
  const logs = filesOf(house.home).filter((path) => /\/log\/|\.log$/.test(path))
  expect(logs.some((path) => path.endsWith('postgres.log'))).toBe(true)
  expect(logs.some((path) => path.endsWith('clickhouse.log'))).toBe(true)
  expect(logs.map((path) => [path, foundIn(readFileSync(path, 'latin1'))])).toEqual(
    logs.map((path) => [path, []]),
  )
})

test('/metrics and /readyz do not', async () => {
  const text = await metrics()
  expect(text).toMatch(/clientele_flow_events_total\{outcome="dead_lettered"\} [1-9]/)
  expect(foundIn(text)).toEqual([])
  expect(foundIn(JSON.stringify(await ready()))).toEqual([])
})

test('no span does', async () => {
  await vi.waitFor(() => expect(spans).toContain('delivery attempt'), patient)
  expect(foundIn(spans)).toEqual([])
})

test('no answer to a wrong request does', () => {
  expect(errorAnswers.length).toBeGreaterThan(15)
  expect(errorAnswers.filter((answer) => foundIn(answer).length > 0)).toEqual([])
})
