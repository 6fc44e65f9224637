import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { HOUR_MS } from '../platform/durations.ts'
import { ACCOUNT_ATTEMPTS_MAX, ADDRESS_ATTEMPTS_MAX } from './attempts.ts'
import { asAdminKey, openRoom, START, tokenOf } from './fixture.ts'
import { SESSION_IDLE_MS, SESSION_LENGTH_MS, TOKEN_AGE_MS } from './sessions.ts'

const PASSWORD = 'un mot de passe assez long'
let room: Awaited<ReturnType<typeof openRoom>>
beforeAll(async () => {
  room = await openRoom()
})
beforeEach(() => room.clock.set(START))
afterAll(() => room.close())

const useLink = (token: string) =>
  room.ask({ method: 'POST', url: '/api/v1/session/link', payload: { token } })

/** The session cookie that an answer set, as a request sends it back. */
function cookieOf(answer: { headers: Record<string, unknown> }): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

const session = (cookie: string) => room.ask({ url: '/api/v1/session', headers: { cookie } })

/** An account with a password, made the way people make it: invitation, link, password. */
async function account(email: string) {
  const invited = await room.ask({
    method: 'POST',
    url: '/api/v1/users',
    headers: asAdminKey,
    payload: { email, name: 'Paul Martin', role: 'reader', language: 'fr' },
  })
  const opened = await useLink(tokenOf({ url: invited.json().link }))
  const headers = { cookie: cookieOf(opened), 'x-clientele-csrf': opened.json().csrf }
  const set = await room.ask({
    method: 'PUT',
    url: '/api/v1/session/password',
    headers,
    payload: { password: PASSWORD },
  })
  expect(set.statusCode).toBe(204)
  return { id: invited.json().id as string, headers }
}

const signIn = (email: string, password: string, remoteAddress = '192.0.2.1') =>
  room.ask({ method: 'POST', url: '/api/v1/session', payload: { email, password }, remoteAddress })

test('a sign-in link works once, also when it is used twice at the same moment', async () => {
  const token = await room.link()
  const answers = await Promise.all([useLink(token), useLink(token)])
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 401])
  expect((await useLink(token)).json()).toMatchObject({ status: 401 })
  const { user } = answers.find((answer) => answer.statusCode === 200)?.json() ?? {}
  expect(user).toMatchObject({ role: 'admin', hasPassword: false })
})

test('a sign-in link ends after a day, and when a newer one is made', async () => {
  const old = await room.link()
  const newer = await room.link()
  expect((await useLink(old)).statusCode).toBe(401)
  room.clock.advance(24 * HOUR_MS)
  expect((await useLink(newer)).statusCode).toBe(401)
})

test('the session cookie is out of reach for scripts and other sites', async () => {
  const answer = await useLink(await room.link())
  const cookie = String(answer.headers['set-cookie'])
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Lax/)
  expect((await session(cookieOf(answer))).json()).toMatchObject({
    workspace: { name: 'Clientele', timeZone: 'Europe/Paris' },
    demo: false,
    csrf: expect.any(String),
    permissions: expect.arrayContaining(['profiles:reveal', 'segments:write']),
  })
})

test('a session ends when it idles, when it is old, and when its owner signs out', async () => {
  const idle = cookieOf(await useLink(await room.link()))
  room.clock.advance(SESSION_IDLE_MS - 1)
  expect((await session(idle)).statusCode).toBe(200)

  room.clock.set(START)
  const busy = cookieOf(await useLink(await room.link()))
  room.clock.advance(SESSION_IDLE_MS + 1)
  expect((await session(busy)).statusCode).toBe(401)

  room.clock.set(START)
  let kept = cookieOf(await useLink(await room.link()))
  for (let at = START; at < START + SESSION_LENGTH_MS; at += SESSION_IDLE_MS / 2) {
    room.clock.set(at)
    const answer = await session(kept)
    expect(answer.statusCode).toBe(200)
    if (answer.headers['set-cookie']) kept = cookieOf(answer)
  }
  room.clock.set(START + SESSION_LENGTH_MS)
  expect((await session(kept)).statusCode).toBe(401)

  room.clock.set(START)
  const out = await useLink(await room.link())
  const headers = { cookie: cookieOf(out), 'x-clientele-csrf': out.json().csrf }
  const gone = await room.ask({ method: 'DELETE', url: '/api/v1/session', headers })
  expect(gone.statusCode).toBe(204)
  expect((await session(headers.cookie)).statusCode).toBe(401)
})

test('a day-old token is changed; the old one ends a minute later, CSRF stays', async () => {
  const opened = await useLink(await room.link())
  const old = cookieOf(opened)
  room.clock.advance(TOKEN_AGE_MS)
  const rotated = await session(old)
  const fresh = cookieOf(rotated)
  expect(fresh).not.toBe(old)
  expect(rotated.json().csrf).toBe(opened.json().csrf)
  expect((await session(old)).headers['set-cookie']).toBeUndefined()
  room.clock.advance(60_001)
  expect((await session(old)).statusCode).toBe(401)
  expect((await session(fresh)).statusCode).toBe(200)
})

test('e-mail and password sign in; the refusal does not tell which was wrong', async () => {
  await account('paul@exemple.fr')
  const answer = await signIn(' Paul@Exemple.fr ', PASSWORD)
  expect(answer.json()).toMatchObject({
    user: { email: 'paul@exemple.fr', role: 'reader', hasPassword: true },
  })
  const wrong = await signIn('paul@exemple.fr', 'wrong')
  const unknown = await signIn('nobody@exemple.fr', 'wrong')
  expect(wrong.statusCode).toBe(401)
  expect(unknown.body).toBe(wrong.body)
})

test('an account is guarded from many guesses, even at once, and opens again later', async () => {
  await account('guess@exemple.fr')
  const answers = await Promise.all(
    Array.from({ length: ACCOUNT_ATTEMPTS_MAX + 3 }, (_, n) =>
      signIn('guess@exemple.fr', 'wrong', `192.0.2.${n + 10}`),
    ),
  )
  const statuses = answers.map((answer) => answer.statusCode)
  expect(statuses.filter((status) => status === 401)).toHaveLength(ACCOUNT_ATTEMPTS_MAX)
  expect(statuses.filter((status) => status === 429)).toHaveLength(3)
  const refused = await signIn('guess@exemple.fr', PASSWORD)
  expect(refused.headers['retry-after']).toBe('900')
  room.clock.advance(15 * 60_000 + 1)
  expect((await signIn('guess@exemple.fr', PASSWORD)).statusCode).toBe(200)
})

test('an address is guarded from guessing at many accounts', async () => {
  const address = '2001:db8::1'
  for (let n = 0; n < ADDRESS_ATTEMPTS_MAX; n++) {
    await signIn(`person${n}@exemple.fr`, 'wrong', address)
  }
  expect((await signIn('next@exemple.fr', 'wrong', '2001:db8::2')).statusCode).toBe(429)
  expect((await signIn('next@exemple.fr', 'wrong', '2001:db8:1::1')).statusCode).toBe(401)
})

test('a new password needs the old one, ends other sessions, must not be weak', async () => {
  const email = 'change@exemple.fr'
  await account(email)
  const other = cookieOf(await signIn(email, PASSWORD))
  const opened = await signIn(email, PASSWORD)
  const headers = { cookie: cookieOf(opened), 'x-clientele-csrf': opened.json().csrf }
  const change = async (payload: Record<string, string>) =>
    (await room.ask({ method: 'PUT', url: '/api/v1/session/password', headers, payload }))
      .statusCode
  const password = 'another long password'
  expect(await change({ password })).toBe(400)
  expect(await change({ password, current: 'wrong' })).toBe(403)
  expect(await change({ password: 'short', current: PASSWORD })).toBe(400)
  expect(await change({ password: 'aaaaaaaaaaaaaaaa', current: PASSWORD })).toBe(400)
  expect(await change({ password: email, current: PASSWORD })).toBe(400)
  expect(await change({ password, current: PASSWORD, email: 'paul@exemple.fr' })).toBe(409)
  expect(await change({ password, current: PASSWORD, email: 'changed@exemple.fr' })).toBe(204)
  expect((await session(other)).statusCode).toBe(401)
  expect((await session(headers.cookie)).statusCode).toBe(200)
  expect((await signIn(email, password)).statusCode).toBe(401)
  expect((await signIn('changed@exemple.fr', password)).statusCode).toBe(200)
})

test('a disabled person is out at once: sessions, links and password', async () => {
  const { id, headers } = await account('leaver@exemple.fr')
  const again = await room.ask({
    method: 'POST',
    url: `/api/v1/users/${id}/link`,
    headers: asAdminKey,
  })
  const url = `/api/v1/users/${id}`
  const payload = { disabled: true }
  await room.ask({ method: 'PATCH', url, headers: asAdminKey, payload })
  expect((await session(headers.cookie)).statusCode).toBe(401)
  expect((await useLink(tokenOf({ url: again.json().link }))).statusCode).toBe(401)
  expect((await signIn('leaver@exemple.fr', PASSWORD)).statusCode).toBe(401)

  await room.ask({ method: 'PATCH', url, headers: asAdminKey, payload: { disabled: false } })
  expect((await session(headers.cookie)).statusCode).toBe(401)
  expect((await signIn('leaver@exemple.fr', PASSWORD)).statusCode).toBe(200)
})

test('a role that changes counts for the next request', async () => {
  const paul = await room.person('reader', 'Paul')
  const rename = async () =>
    (
      await room.ask({
        method: 'PATCH',
        url: '/api/v1/workspace',
        headers: paul.headers,
        payload: { name: 'Clientele' },
      })
    ).statusCode
  expect(await rename()).toBe(403)
  const url = `/api/v1/users/${paul.id}`
  await room.ask({ method: 'PATCH', url, headers: asAdminKey, payload: { role: 'admin' } })
  expect(await rename()).toBe(200)
})

test('the last admin stays one, also when two demote each other at the same moment', async () => {
  const { postgres } = room.deps
  await postgres.query(`UPDATE user_account SET role = 'reader'`)
  const ada = await room.person('admin', 'Ada')
  const eve = await room.person('admin', 'Eve')
  const demote = (by: typeof ada, id: string) =>
    room.ask({
      method: 'PATCH',
      url: `/api/v1/users/${id}`,
      headers: by.headers,
      payload: { role: 'reader' },
    })
  await Promise.all([demote(ada, eve.id), demote(eve, ada.id)])
  const admins = await postgres.query(`SELECT id FROM user_account WHERE role = 'admin'`)
  expect(admins).toHaveLength(1)
})
