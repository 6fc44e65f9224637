import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { HOUR_MS } from '../platform/durations.ts'
import { asAdminKey, openRoom, START } from './fixture.ts'
import { openSourceDirectory } from './sourceDirectory.ts'

let room: Awaited<ReturnType<typeof openRoom>>
beforeAll(async () => {
  room = await openRoom()
})
beforeEach(() => room.clock.set(START))
afterAll(() => room.close())

async function makeSource(name: string) {
  const answer = await room.ask({
    method: 'POST',
    url: '/api/v1/sources',
    headers: asAdminKey,
    payload: { name, kind: 'web' },
  })
  expect(answer.statusCode).toBe(201)
  return answer.json()
}

const rotate = (id: string, overlapHours: number) =>
  room.ask({
    method: 'POST',
    url: `/api/v1/sources/${id}/rotate-key`,
    headers: asAdminKey,
    payload: { overlapHours },
  })

test('a new source can be written to at once, an archived one no longer', async () => {
  const source = await makeSource('Boutique en ligne')
  expect(room.directory.find(source.writeKey)).toMatchObject({
    publicId: source.id,
    workspace: room.workspace.id,
    name: 'Boutique en ligne',
  })
  const url = `/api/v1/sources/${source.id}`
  await room.ask({ method: 'DELETE', url, headers: asAdminKey })
  expect(room.directory.find(source.writeKey)).toBeNull()
  expect((await room.ask({ url, headers: asAdminKey })).statusCode).toBe(404)
})

test('whose data a source brings is our own until somebody says otherwise', async () => {
  const source = await makeSource('Panel')
  expect(source.party).toBe('first')
  const change = (party: string) =>
    room.ask({
      method: 'PATCH',
      url: `/api/v1/sources/${source.id}`,
      headers: asAdminKey,
      payload: { party },
    })
  expect((await change('third')).json()).toMatchObject({ party: 'third', name: 'Panel' })
  const wrong = await change('fourth')
  expect(wrong.statusCode).toBe(400)
  expect(wrong.body).toContain('party')
  const partner = { name: 'Partenaire', kind: 'crm', party: 'second' }
  const url = '/api/v1/sources'
  const made = await room.ask({ method: 'POST', url, headers: asAdminKey, payload: partner })
  expect(made.json()).toMatchObject(partner)
})

test('a source made in another process is found when its key is asked for', async () => {
  const elsewhere = await openSourceDirectory(room.deps)
  const source = await makeSource('Caisses')
  expect(elsewhere.find(source.writeKey)).toBeNull()
  room.clock.advance(250)
  expect(await elsewhere.findFresh(source.writeKey)).toMatchObject({ publicId: source.id })
  expect(elsewhere.find(source.writeKey)).not.toBeNull()
  elsewhere.close()
})

test('a thousand wrong keys at once cost one look at the database', async () => {
  let looks = 0
  const { postgres } = room.deps
  const counting = {
    ...postgres,
    query: <Row>(text: string, values?: unknown[]) => {
      looks++
      return postgres.query<Row>(text, values)
    },
  }
  const directory = await openSourceDirectory({ ...room.deps, postgres: counting })
  looks = 0
  room.clock.advance(1_000)
  const keys = Array.from({ length: 1_000 }, (_, n) => `wk_wrong${n}`)
  const found = await Promise.all(keys.map((key) => directory.findFresh(key)))
  expect(found.every((source) => source === null)).toBe(true)
  expect(looks).toBe(1)
  directory.close()
})

test('a rotated key stays valid until its overlap ends, to the second', async () => {
  const { id, writeKey: first } = await makeSource('Application')
  const rotated = (await rotate(id, 24)).json()
  expect(rotated.writeKey).not.toBe(first)
  expect(rotated.previousKeyUntil).toBe(new Date(START + 24 * HOUR_MS).toISOString())
  room.clock.advance(24 * HOUR_MS - 1)
  expect(room.directory.find(first)).toMatchObject({ publicId: id })
  expect(room.directory.find(rotated.writeKey)).toMatchObject({ publicId: id })
  room.clock.advance(1)
  expect(room.directory.find(first)).toBeNull()
  expect(room.directory.find(rotated.writeKey)).not.toBeNull()
})

test('without overlap the old key ends at once; of two rotations the oldest key ends', async () => {
  const { id, writeKey: first } = await makeSource('CRM')
  const second = (await rotate(id, 24)).json().writeKey
  const third = (await rotate(id, 0)).json()
  expect(third.previousKeyUntil).toBeNull()
  const valid = [first, second, third.writeKey].map((key) => room.directory.find(key) !== null)
  expect(valid).toEqual([false, false, true])
})

test('a reader sees the write key masked', async () => {
  const { id, writeKey } = await makeSource('Support')
  const reader = await room.person('reader', 'Rita')
  const one = await room.ask({ url: `/api/v1/sources/${id}`, headers: reader.headers })
  const all = await room.ask({ url: '/api/v1/sources', headers: reader.headers })
  expect(one.json().writeKey).toBe(`${writeKey.slice(0, 6)}••••••••`)
  expect(one.body + all.body).not.toContain(writeKey)
})

test('what arrived lately is counted by minute and by hour', async () => {
  const { id } = await makeSource('Volumes')
  const minutes = [
    { ago: '0 minutes', accepted: 5, rejected: 1 },
    { ago: '1 minute', accepted: 7, rejected: 0 },
    { ago: '59 minutes', accepted: 2, rejected: 0 },
    { ago: '60 minutes', accepted: 3, rejected: 2 },
    { ago: '1439 minutes', accepted: 11, rejected: 0 },
    { ago: '1440 minutes', accepted: 100, rejected: 100 },
  ]
  for (const { ago, accepted, rejected } of minutes) {
    await room.deps.postgres.query(
      `INSERT INTO intake_minute (workspace, source, minute, accepted, rejected, flagged)
       SELECT workspace, id, date_trunc('minute', $2::timestamptz) - $3::interval, $4, $5, 0
       FROM source WHERE public_id = $1`,
      [id, new Date(START), ago, accepted, rejected],
    )
  }
  const row = (await room.ask({ url: `/api/v1/sources/${id}`, headers: asAdminKey })).json()
  expect(row).toMatchObject({ events24h: 28, rejected24h: 3 })
  expect(row.lastEventAt).toBe('2026-03-02T10:00:00.000Z')
  expect(row.firstEventAt).toBe('2026-03-01T10:00:00.000Z')
  expect(row.perMinute).toHaveLength(60)
  expect([row.perMinute[59], row.perMinute[58], row.perMinute[0]]).toEqual([5, 7, 2])
  expect([row.perHour[23], row.perHour[22], row.perHour[0]]).toEqual([14, 3, 11])
})

test('lists come in pages, to the last row and not beyond', async () => {
  for (let n = 0; n < 3; n++) await makeSource(`Page ${n}`)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page = (
      await room.ask({ url: `/api/v1/sources?limit=2${at}`, headers: asAdminKey })
    ).json()
    seen.push(...page.data.map((row: { id: string }) => row.id))
    cursor = page.next
  }
  const all = (await room.ask({ url: '/api/v1/sources', headers: asAdminKey })).json()
  expect(seen).toEqual(all.data.map((row: { id: string }) => row.id))
  expect(all.next).toBeNull()
})

test.each([
  { description: 'a foreign cursor', url: '/api/v1/sources?cursor=zzz' },
  { description: 'a cursor of another list', url: '/api/v1/users?cursor=MTI' },
  { description: 'an endless page', url: '/api/v1/audit?limit=201' },
  { description: 'an id that is none', url: '/api/v1/sources/1' },
])('$description is a 400', async ({ url }) => {
  expect((await room.ask({ url, headers: asAdminKey })).statusCode).toBe(400)
})
