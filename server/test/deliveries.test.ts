/** I8: who refused a purpose never appears at the receiver of a destination of that purpose. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startProgram, type TestProgram } from './program.ts'
import { openWebhookReceiver, type WebhookReceiver } from './webhookReceiver.ts'

const SECOND_MS = 1_000
/** The receiver has no answer for the first message about them. */
const WITHDRAWS = 'withdraws'

let program: TestProgram
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await openWebhookReceiver()
  program = await startProgram({ env: { ALLOW_PRIVATE_NETWORK: 'true' } })
  const segments: string[] = []
  for (const event of ['Order Completed', 'Cart Left']) segments.push(await makeSegment(event))
  const { secret } = await program.api('/destinations', {
    name: 'Newsletter',
    kind: 'webhook',
    config: { url: receiver.url },
    purpose: 'marketing',
    channel: 'email',
    triggers: segments.map((segment) => ({ segment, on: ['entered', 'left'] })),
    enabled: true,
  })
  receiver.trust(secret)
  receiver.failOnce(({ identifiers }) => identifiers.includes(`user_id:${WITHDRAWS}`))
}, 60_000)

afterAll(async () => {
  await program.close()
  await receiver.close()
})

/** One that is live: nobody is sent anywhere while it is being filled. */
async function makeSegment(event: string): Promise<string> {
  const rule = { did: event, times: { op: 'atLeast', count: 1 }, within: { days: 1 } }
  const { id } = await program.api('/segments', { name: event, rule })
  await vi.waitFor(
    async () => expect((await program.api(`/segments/${id}`)).state).toBe('live'),
    20_000,
  )
  return id
}

type Said = Record<string, unknown>

/** What an event says about marketing. */
const says = (marketing: boolean | Record<string, boolean>) => ({
  context: { consent: { categoryPreferences: { marketing } } },
})

/**
 * Sends events in their order, one second apart, the last one now; resolves when they are applied.
 */
async function send(...events: Said[]): Promise<void> {
  const now = Date.now()
  const batch = events.map((event, index) => ({
    timestamp: new Date(now - (events.length - 1 - index) * SECOND_MS).toISOString(),
    ...event,
  }))
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
    body: JSON.stringify({ batch, sentAt: new Date(now).toISOString() }),
  })
  expect(answer.status).toBe(200)
  await program.settled()
}

const orders = (userId: string) => ({ type: 'track', event: 'Order Completed', userId })
const isNamed = (user: string, ...rest: Said[]) =>
  Object.assign({ type: 'identify', userId: user }, ...rest)

type Delivery = { state: string; reason: { code: string } | null; attempts: number }

/** The deliveries about a person once none of them waits, oldest first. */
async function deliveriesOf(user: string): Promise<Delivery[]> {
  const { id } = await program.api(`/profiles/user_id:${user}`)
  const read = async (): Promise<Delivery[]> =>
    (await program.api(`/deliveries?profile=${id}`)).data.reverse()
  await expect
    .poll(async () => (await read()).map(({ state }) => state), { timeout: 15_000 })
    .toSatisfy(
      (states: string[]) =>
        states.length > 0 && !states.some((state) => ['waiting', 'retrying'].includes(state)),
    )
  return read()
}

const summary = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ state, reason }) => [state, reason?.code ?? null])

const hasSeen = (user: string) =>
  receiver.seen.some(({ identifiers }) => identifiers.includes(`user_id:${user}`))

describe('a destination for marketing by e-mail', () => {
  test('takes who said yes, and not who said nothing', async () => {
    await send(isNamed('agrees', says(true)), isNamed('silent'), orders('agrees'), orders('silent'))
    expect(summary(await deliveriesOf('agrees'))).toEqual([['delivered', null]])
    expect(summary(await deliveriesOf('silent'))).toEqual([['refused', 'consent_missing']])
    expect([hasSeen('agrees'), hasSeen('silent')]).toEqual([true, false])
  })

  test('never sees who refused on their device before they signed in', async () => {
    const device = { anonymousId: 'device-1' }
    await send(
      { type: 'page', name: 'Home', ...device, ...says(false) },
      { type: 'track', event: 'Cart Left', ...device },
    )
    await send(isNamed('refused-before', device), orders('refused-before'))
    const reasons = summary(await deliveriesOf('refused-before'))
    expect(reasons).toEqual(reasons.map(() => ['refused', 'consent_refused']))
    expect(hasSeen('refused-before')).toBe(false)
  })

  test('never sees who agreed and then refused, in an event or by the API', async () => {
    await send(isNamed('refused-after', says(true)), isNamed('refused-after', says(false)))
    await send(isNamed('refused-by-api', says(true)))
    await program.api('/consents', {
      identifier: 'user_id:refused-by-api',
      purpose: 'marketing',
      granted: false,
    })
    await send(orders('refused-after'), orders('refused-by-api'))
    for (const user of ['refused-after', 'refused-by-api']) {
      expect(summary(await deliveriesOf(user))).toEqual([['refused', 'consent_refused']])
      expect(hasSeen(user)).toBe(false)
    }
  })

  test('never sees who agreed to marketing but not by e-mail', async () => {
    await send(isNamed('by-sms', says({ sms: true, email: false })), orders('by-sms'))
    expect(summary(await deliveriesOf('by-sms'))).toEqual([['refused', 'consent_refused']])
    expect(hasSeen('by-sms')).toBe(false)
  })

  test('sees no retry and no later message for who refused between the entry and the send', async () => {
    await send(isNamed(WITHDRAWS, says(true)), orders(WITHDRAWS))
    await expect.poll(() => receiver.seen.filter(isAboutWithdrawn).length).toBe(1)
    // The second one waits in line behind the first, which comes again after five seconds.
    await send({ type: 'track', event: 'Cart Left', userId: WITHDRAWS })
    await send(isNamed(WITHDRAWS, says(false)))
    expect(summary(await deliveriesOf(WITHDRAWS))).toEqual([
      ['refused', 'consent_refused'],
      ['refused', 'consent_refused'],
    ])
    expect(receiver.seen.filter(isAboutWithdrawn)).toHaveLength(1)
    expect(receiver.taken.filter(isAboutWithdrawn)).toHaveLength(0)
  })

  const isAboutWithdrawn = ({ identifiers }: { identifiers: string[] }) =>
    identifiers.includes(`user_id:${WITHDRAWS}`)

  test.each([
    { first: true, last: false, outcome: ['refused', 'consent_refused'] },
    { first: false, last: true, outcome: ['delivered', null] },
  ])('after a merge the latest answer counts: $first, then $last', async (one) => {
    const user = `merged-${one.last}`
    const email = `${user}@exemple.fr`
    const subscriber = { type: 'identify', anonymousId: `list-${user}`, traits: { email } }
    const early = one.first ? says(true) : says(false)
    await send({ ...subscriber, ...early }, isNamed(user, says(one.last)))
    await send(isNamed(user, { traits: { email } }))
    await send(orders(user))
    const { identifiers } = await program.api(`/profiles/user_id:${user}`)
    expect(identifiers).toContainEqual(expect.objectContaining({ value: email }))
    expect(summary(await deliveriesOf(user))).toEqual([one.outcome])
    expect(hasSeen(user)).toBe(one.last)
  })

  test('two people are not confused: a refusal stays with who gave it', async () => {
    await send(isNamed('she', says(false)), isNamed('he', says(true)), orders('she'), orders('he'))
    expect(summary(await deliveriesOf('she'))).toEqual([['refused', 'consent_refused']])
    expect(summary(await deliveriesOf('he'))).toEqual([['delivered', null]])
  })

  test('was never told of anybody without a yes, and believed every signature', async () => {
    const users = new Set(
      receiver.seen.flatMap(({ identifiers }) =>
        identifiers.flatMap((one) => (one.startsWith('user_id:') ? one.slice(8) : [])),
      ),
    )
    expect(users).toEqual(new Set(['agrees', WITHDRAWS, 'merged-true', 'he']))
    expect(receiver.forged).toEqual([])
  })
})
