/** Static lists: filled by calls and by files, asked by segments, exported. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../src/platform/clock.ts'
import { openSegmentWorld, type SegmentWorld } from './segmentWorld.ts'

const NOW = Date.parse('2026-11-24T11:00:00Z')
const clock = manualClock(NOW)
let world: SegmentWorld

beforeAll(async () => {
  world = await openSegmentWorld(clock)
}, 60_000)
afterAll(() => world.close())

type Change = { taken: number; rejected: { reason: string; count: number }[]; at: string }
type List = { id: string; members: number | null; usedBy: unknown[]; changes: Change[] }

const make = (name: string) => world.call<List>('POST', '/lists', { name })
const read = async (id: string) => {
  await world.settled()
  return world.call<List>('GET', `/lists/${id}`)
}
const members = (id: string, body: object) =>
  world.call<{ changes: Change[] }>('POST', `/lists/${id}/members`, body)

async function upload(id: string, query: string, file: string | Uint8Array) {
  const answer = await fetch(`${world.program().url}/api/v1/lists/${id}/upload?${query}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer ck_test_admin_key_0123456789',
      'content-type': 'text/csv',
    },
    body: file,
  })
  return { status: answer.status, body: (await answer.json()) as Change & { detail?: string } }
}

async function exported(id: string): Promise<string[]> {
  await world.settled()
  const answer = await world.request('GET', `/lists/${id}/export`)
  return (await answer.text()).trim().split('\r\n')
}

it('a segment follows a list as somebody is put on it and taken off, also at the same instant', async () => {
  const list = await make('VIP')
  const rule = { all: [{ list: list.id }, { trait: 'city', op: 'equals', value: 'Lyon' }] }
  const segment = await world.whenLive((await world.create('VIP of Lyon', rule)).id)
  expect(segment.sentence.fr).toBe('est dans la liste « VIP » et city est « Lyon »')
  await world.send([
    { type: 'identify', userId: 'claire', traits: { city: 'Lyon', email: 'c@x.fr' } },
  ])
  await members(list.id, { add: ['email:C@X.fr', 'email:new@x.fr'] })
  const on = await read(list.id)
  expect(on).toMatchObject({ members: 2, usedBy: [{ id: segment.id }] })
  expect(await world.members(segment.id)).toHaveLength(1)
  const why = await world.call<{ parts: unknown[] }>(
    'GET',
    `/profiles/user_id:claire/segments/${segment.id}/why`,
  )
  expect(why.parts[1]).toMatchObject({
    sentence: { en: 'is on the list “VIP”' },
    found: { value: true, source: { name: 'Lists' } },
  })
  await members(list.id, { add: ['user_id:claire'], remove: ['email:c@x.fr'] })
  expect(await read(list.id)).toMatchObject({ members: 1 })
  expect(await world.members(segment.id)).toHaveLength(0)
  await members(list.id, { add: ['user_id:claire'] })
  expect(await read(list.id)).toMatchObject({ members: 2 })
  expect(await world.members(segment.id)).toHaveLength(1)
  // I7: it had none before, and history tells.
  clock.advance(24 * 60 * 60_000)
  await members(list.id, { remove: ['user_id:claire'] })
  await world.settled()
  const at = new Date(clock.now() - 1_000).toISOString()
  const asked = `/segments/${segment.id}/members`
  expect((await world.call<{ total: number }>('GET', asked)).total).toBe(0)
  expect((await world.call<{ total: number }>('GET', `${asked}?asOf=${at}`)).total).toBe(1)
})

it('two people who turn out to be one are on the list by what was said last of either', async () => {
  const list = await make('Merged')
  await members(list.id, { add: ['user_id:m1'] })
  await members(list.id, { add: ['email:m@x.fr'] })
  expect(await read(list.id)).toMatchObject({ members: 2 })
  await world.send([{ type: 'identify', userId: 'm1', traits: { email: 'm@x.fr' } }])
  expect(await read(list.id)).toMatchObject({ members: 1 })
  await members(list.id, { remove: ['email:m@x.fr'] })
  expect(await read(list.id)).toMatchObject({ members: 0 })
})

it('is nobody’s activity: no rule about any event counts it, and no trait shows it', async () => {
  const list = await make('Quiet')
  const active = { active: { did: null }, unit: 'day', times: { op: 'atLeast', count: 1 }, last: 9 }
  const segment = await world.whenLive((await world.create('Active', active)).id)
  const before = await world.members(segment.id)
  await members(list.id, { add: ['user_id:quiet'] })
  await world.settled()
  expect(await world.members(segment.id)).toEqual(before)
  const preview = await world.call<{ count: number }>('POST', '/segments/preview', { rule: active })
  expect(preview.count).toBe(before.length)
  const profile = await world.call<{ traits: object; eventCount: number }>(
    'GET',
    '/profiles/user_id:quiet',
  )
  expect(profile).toMatchObject({ traits: {}, eventCount: 0 })
  const traits = await world.call<{ key: string }[]>('GET', '/traits')
  expect(traits.map(({ key }) => key).filter((key) => key.startsWith('$'))).toEqual([])
})

it('nobody outside can say that somebody is on a list', async () => {
  const list = await make('Closed')
  await world.send([
    { type: 'identify', userId: 'cheat', traits: { [`$list:${list.id}`]: true, plan: 'x' } },
    {
      type: 'identify',
      userId: 'cheat',
      context: { traits: { [`$list:${list.id}`]: true }, by: 'list' },
    },
  ])
  expect(await read(list.id)).toMatchObject({ members: 0 })
  const profile = await world.call<{ traits: object }>('GET', '/profiles/user_id:cheat')
  expect(Object.keys(profile.traits)).toEqual(['plan'])
})

describe('a file', () => {
  it('fills a list: the column by its name, each refused line under its reason', async () => {
    const list = await make('File')
    const lines = ['Nom;Courriel', 'Ana;ANA@x.fr', 'Bo;"bo@x.fr"', 'Cy;', 'Di;no address', 'Ed']
    const file = `\ufeff${[...lines, 'Flo;noreply@x.fr', ''].join('\r\n')}`
    const { status, body } = await upload(list.id, 'namespace=email&column=courriel', file)
    expect(status).toBe(202)
    expect(body).toMatchObject({ kind: 'added', taken: 2 })
    expect(Object.fromEntries(body.rejected.map((one) => [one.reason, one.count]))).toEqual({
      empty: 1,
      missing_column: 1,
      unreadable: 1,
      nobody: 1,
    })
    // The same again changes nothing.
    await upload(list.id, 'namespace=email&column=2', file.replace('Nom;Courriel\r\n', ''))
    const after = await read(list.id)
    expect(after).toMatchObject({ members: 2, changes: [{ taken: 2 }, { taken: 2 }] })
    const [head, ...rows] = await exported(list.id)
    expect(head).toBe('profile,user_id,email,phone,other')
    expect(rows.map((row) => row.split(',')[2]).sort()).toEqual(['ana@x.fr', 'bo@x.fr'])
    await upload(list.id, 'namespace=email&column=email&change=remove', 'email\nana@x.fr\n')
    expect(await read(list.id)).toMatchObject({ members: 1 })
  })

  it('of many lines comes in whole', async () => {
    const list = await make('Large')
    const count = 20_000
    const file = `id\n${Array.from({ length: count }, (_, n) => `large-${n}`).join('\n')}`
    const { body } = await upload(list.id, 'namespace=user_id', file)
    expect(body).toMatchObject({ taken: count, rejected: [] })
    expect(await read(list.id)).toMatchObject({ members: count })
  }, 60_000)

  it('comes back from an export unharmed, though no cell of it can be a formula', async () => {
    const list = await make('Phones')
    await members(list.id, { add: ['phone:06 12 34 56 78', 'user_id:=1+2', 'crm:a,"b"'] })
    const [head, ...rows] = await exported(list.id)
    expect(rows.some((row) => row.includes("'+33612345678"))).toBe(true)
    expect(rows.some((row) => row.includes("'=1+2"))).toBe(true)
    expect(rows.some((row) => row.includes('"crm:a,""b"""'))).toBe(true)
    const copy = await make('Copy')
    const file = `${head}\n${rows.join('\n')}`
    const { body } = await upload(copy.id, 'namespace=phone&column=phone', file)
    expect(body).toMatchObject({ taken: 1, rejected: [{ reason: 'empty', count: 2 }] })
  })

  it('that is none is refused in a sentence with the line of its fault, and can be sent again', async () => {
    const list = await make('Broken')
    const query = 'namespace=email&column=email'
    const wrong = await upload(list.id, query, 'name\nana@x.fr')
    expect(wrong).toMatchObject({ status: 400, body: { title: 'no such column' } })
    const broken = await upload(list.id, query, 'email\nana@x.fr\n"bo@x.fr')
    expect(broken).toMatchObject({
      status: 400,
      body: { title: 'unreadable file', detail: expect.stringContaining('line 3') },
    })
    const json = await world.request('POST', `/lists/${list.id}/upload?${query}`, ['ana@x.fr'])
    expect(json.status).toBe(415)
    expect((await upload(list.id, 'namespace=Émail', 'x')).status).toBe(400)
    expect((await upload(list.id, 'namespace=group_id', 'id\nacme')).body).toMatchObject({
      taken: 0,
      rejected: [{ reason: 'not_a_person' }],
    })
  })
})

describe('a list', () => {
  it('that segments ask is not taken away; one that is gone cannot be asked', async () => {
    const list = await make('Asked')
    const segment = await world.create('Asking', { none: [{ list: list.id }] })
    const refused = await world.request('DELETE', `/lists/${list.id}`)
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('Asking')])
    await world.call('DELETE', `/segments/${segment.id}`)
    await world.call('PATCH', `/lists/${list.id}`, { name: { fr: 'Nom', en: 'Name' } })
    await world.call('DELETE', `/lists/${list.id}`)
    expect((await world.request('GET', `/lists/${list.id}`)).status).toBe(404)
    for (const path of ['/segments', '/segments/preview']) {
      const rule = { all: [{ list: list.id }] }
      const body = path === '/segments' ? { name: 'X', rule } : { rule }
      const answer = await world.request('POST', path, body)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ errors: [{ path: '/all/0/list' }] })
    }
  })

  it('has a source of its own, which nobody can see, change or send by', async () => {
    const { data } = await world.call<{ data: { name: string }[] }>('GET', '/sources')
    expect(data.map(({ name }) => name)).not.toContain('Lists')
  })
})
