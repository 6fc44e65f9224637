import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openKit, type TestKit } from './testKit.ts'

let kit: TestKit
beforeAll(async () => {
  kit = await openKit()
})
afterAll(() => kit.close())

describe('the profile API', () => {
  test('finds a person by e-mail, telephone as people write it, device, and any id', async () => {
    const { body: byEmail } = await kit.get('/profiles/email:lea@maison.fr')
    expect(byEmail).toMatchObject({
      kind: 'known',
      name: 'Léa Martin',
      eventCount: 6,
      identifiers: expect.arrayContaining([
        expect.objectContaining({ namespace: 'user_id', value: 'u1', scope: 'person' }),
        expect.objectContaining({ namespace: 'anonymous_id', value: 'dev-1', scope: 'device' }),
      ]),
    })
    const ids = [byEmail.id, ...byEmail.aliases]
    expect(ids.length).toBe(3)
    const asked = ['user_id:u1', 'phone:06 12 34 56 78', 'anonymous_id:dev-1', ...ids]
    for (const text of asked) {
      const { body } = await kit.get(`/profiles/${encodeURIComponent(text)}`)
      expect([text, body.id]).toEqual([text, byEmail.id])
    }
  })

  test('says of each trait where it comes from', async () => {
    const { body } = await kit.get('/profiles/user_id:u1')
    expect(body.traits.city).toMatchObject({ value: 'Lyon', type: 'text', event: 'Identified' })
    expect(body.traits.city.source).toMatchObject({ name: 'Première source' })
    expect(body.traits.birthday).toMatchObject({ value: '1984-03-14', type: 'date' })
  })

  test('shows a reader masks, and an admin the values', async () => {
    const reader = (await kit.get('/profiles/user_id:u1', kit.reader)).body
    expect(reader.name).toBe('Léa Martin')
    expect(reader.traits.email).toMatchObject({ value: 'l••••@maison.fr', masked: true })
    expect(reader.traits.city.masked).toBeUndefined()
    expect(JSON.stringify(reader)).not.toContain('lea@maison.fr')
    expect(JSON.stringify(reader)).not.toContain('+33612345678')
    expect(reader.traits['address.street']).toMatchObject({ value: '•••', masked: true })
    expect(reader.traits['address.city']).toMatchObject({ value: 'Lyon' })
    const admin = (await kit.get('/profiles/user_id:u1')).body
    expect(admin.traits.email).toMatchObject({ value: 'lea@maison.fr' })
  })

  test('answers 404 for somebody nobody knows, and for ids of no shape', async () => {
    for (const text of ['email:nobody@maison.fr', 'x', '0190a000-0000-7000-8000-000000000000']) {
      const { status, body } = await kit.get(`/profiles/${text}`)
      expect([text, status, body.title]).toEqual([text, 404, 'not found'])
    }
  })

  test('does not tell one workspace about the people of another', async () => {
    const { body } = await kit.get('/profiles/user_id:u1')
    const stranger = await kit.stranger()
    for (const text of ['user_id:u1', body.id]) {
      expect((await kit.get(`/profiles/${text}`, stranger)).status).toBe(404)
    }
    expect((await kit.get('/profiles', stranger)).body.total).toBe(0)
    expect((await kit.get('/events', stranger)).body.data).toEqual([])
  })

  test('reveals one value to an admin, and writes that into the audit log', async () => {
    const { status, body } = await kit.post('/profiles/user_id:u1/reveal', { field: 'email' })
    expect([status, body]).toEqual([200, { value: 'lea@maison.fr' }])
    const entries = await kit.deps.postgres.query<{ action: string; detail: unknown }>(
      "SELECT action, detail FROM audit_entry WHERE action = 'profile.revealed'",
    )
    expect(entries).toEqual([{ action: 'profile.revealed', detail: { field: 'email' } }])
    const refused = await kit.post('/profiles/user_id:u1/reveal', { field: 'email' }, kit.reader)
    expect(refused.status).toBe(403)
  })
})

describe('the list of people', () => {
  const names = (body: { data: { name: string | null }[] }) => body.data.map(({ name }) => name)

  test('finds by identifier, by any word of a name without accents, by e-mail prefix', async () => {
    for (const q of ['user_id:u1', 'u1', 'martin', 'LÉA M', 'lea m', '06 12 34 56 78']) {
      const { body } = await kit.get(`/profiles?q=${encodeURIComponent(q)}`)
      expect([q, names(body)]).toEqual([q, ['Léa Martin']])
    }
    // Paul gave her address as his own: it is his trait, though it did not make them one.
    const { body } = await kit.get('/profiles?q=lea%40ma&sort=name')
    expect(names(body)).toEqual(['Léa Martin', 'Paul'])
  })

  test('pages without gaps or repeats in any order', async () => {
    const all = (await kit.get('/profiles?sort=name')).body
    expect(all.total).toBe(3)
    const paged: unknown[] = []
    let cursor: string | null = null
    do {
      const at: string = cursor === null ? '' : `&cursor=${cursor}`
      const { body } = await kit.get(`/profiles?sort=name&limit=1${at}`)
      paged.push(...body.data)
      cursor = body.next
    } while (cursor !== null)
    expect(paged).toEqual(all.data)
    expect((await kit.get('/profiles?cursor=nonsense')).status).toBe(400)
  })

  test('filters by a trait and by kind', async () => {
    expect(names((await kit.get('/profiles?trait.city=lyon')).body)).toEqual(['Léa Martin'])
    expect(names((await kit.get('/profiles?trait.city=Metz')).body)).toEqual([])
    expect((await kit.get('/profiles?kind=anonymous')).body.total).toBe(1)
  })

  test('masks for a reader, who cannot unmask by searching either', async () => {
    const { body } = await kit.get('/profiles?q=u1', kit.reader)
    expect(body.data[0]).toMatchObject({ email: 'l••••@maison.fr', city: 'Lyon' })
    expect((await kit.get('/profiles?q=lea%40ma', kit.reader)).body.total).toBe(0)
    const hidden = await kit.get('/profiles?trait.email=lea@maison.fr', kit.reader)
    expect(hidden.status).toBe(403)
  })
})

describe('the history of a person', () => {
  test('holds the anonymous time before the login, in sessions', async () => {
    const { body } = await kit.get('/profiles/user_id:u1/timeline')
    const lines = body.sessions.flatMap((session: { events: { event: string }[] }) =>
      session.events.map(({ event }) => event),
    )
    expect(lines.filter((event: string | null) => event === 'Page Viewed').length).toBe(2)
    expect(body.sessions.length).toBeGreaterThan(1)
    expect(body.sessions[0].start <= body.sessions[0].end).toBe(true)
    expect(body.next).toBeNull()
  })

  test('is masked for a reader', async () => {
    const reader = await kit.get('/profiles/user_id:u1/timeline', kit.reader)
    expect(JSON.stringify(reader.body)).not.toContain('lea@maison.fr')
    const admin = await kit.get('/profiles/user_id:u1/timeline')
    expect(JSON.stringify(admin.body)).toContain('lea@maison.fr')
  })

  test('keeps the values a trait has had, and the changes as lines', async () => {
    const { body } = await kit.get('/profiles/user_id:u1/traits/city/history')
    expect(body.data.map(({ value }: { value: string }) => value)).toEqual(['Lyon', 'Paris'])
    const { body: lines } = await kit.get('/profiles/user_id:u1/timeline?type=trait')
    expect(JSON.stringify(lines)).toContain('city : Paris')
    const masked = await kit.get('/profiles/user_id:u1/traits/email/history', kit.reader)
    expect(masked.body.data[0].value).toBe('l••••@maison.fr')
  })

  test('tells the segments it was in, also under a former id, and what was sent', async () => {
    const { id, aliases } = (await kit.get('/profiles/user_id:u1')).body
    const segment = await kit.passThrough({ profile: aliases[0] ?? id })
    const { body } = await kit.get('/profiles/user_id:u1/segments')
    expect(body).toMatchObject({ current: [], history: [{ segment: { id: segment } }] })
    expect(body.history[0].leftAt > body.history[0].enteredAt).toBe(true)
    const { body: timeline } = await kit.get('/profiles/user_id:u1/timeline')
    const entries = timeline.sessions.flatMap((session: { events: object[] }) => session.events)
    expect(entries).toContainEqual(
      expect.objectContaining({
        kind: 'segment',
        change: 'entered',
        segment: { id: segment, name: { fr: 'Fidèles', en: 'Loyal' } },
      }),
    )
    expect(entries).toContainEqual(
      expect.objectContaining({
        kind: 'delivery',
        summary: { fr: 'Receiver : refusé', en: 'Receiver: refused' },
        reason: {
          code: 'consent_missing',
          text: { fr: 'pas de consentement', en: 'no consent' },
        },
      }),
    )
    const only = (await kit.get('/profiles/user_id:u1/timeline?type=delivery')).body
    expect(only.sessions.length).toBe(1)
  })
})

describe('identity', () => {
  test('shows identifiers, why they belong together, and the device with its login', async () => {
    const { body } = await kit.get('/profiles/user_id:u1/identity')
    const text = JSON.stringify(body.links)
    expect(text).toContain('Vus ensemble dans « Identification »')
    expect(text).toContain('Seen together in “Identified”')
    expect(body.devices).toMatchObject([{ identifier: 'anonymous_id:dev-1' }])
    const { id } = (await kit.get('/profiles/user_id:u1')).body
    expect(new Set(body.nodes.map((node: { profileId: string }) => node.profileId))).toEqual(
      new Set([id, (await kit.get('/profiles/user_id:u2')).body.id]),
    )
    expect(body.links.some((link: { kind: string }) => link.kind === 'login')).toBe(true)
    const reader = await kit.get('/profiles/user_id:u1/identity', kit.reader)
    expect(JSON.stringify(reader.body)).not.toContain('lea@maison.fr')
  })

  test('shows the link that was refused, with the limit that it broke', async () => {
    const { body } = await kit.get('/profiles/user_id:u2/identity')
    const refused = body.links.filter((link: { state: string }) => link.state === 'refused')
    expect(refused.length).toBe(1)
    expect(refused[0].reason).toMatchObject({ code: 'limit' })
    expect(refused[0].reason.text.fr).toContain('au plus 1 user_id')
    expect((await kit.get('/profiles/user_id:u2')).body.flags).toEqual(['refused_link'])
  })

  test('says what would leave, takes it out for good, and puts it back', async () => {
    const target = { identifier: 'phone:+33612345678' }
    const preview = await kit.post('/profiles/user_id:u1/unmerge?preview=true', target)
    expect(preview.body).toEqual({
      identifiers: [{ namespace: 'phone', value: '+33612345678' }],
      events: 0,
      traits: [],
    })
    const before = (await kit.get('/profiles/user_id:u1')).body
    const { status, body } = await kit.post('/profiles/user_id:u1/unmerge', target)
    expect(status).toBe(202)
    expect(body.profiles.length).toBe(2)
    await kit.settled()
    const apart = (await kit.get('/profiles/user_id:u1')).body
    expect(apart.identifiers.length).toBe(before.identifiers.length - 1)
    expect((await kit.get('/profiles/user_id:u1/identity')).body.links).toContainEqual(
      expect.objectContaining({ state: 'retracted' }),
    )
    const undone = await kit.post('/profiles/user_id:u1/link', {
      identifier: target.identifier,
      decision: 'retract',
    })
    expect(undone.status).toBe(202)
    await kit.settled()
    const again = (await kit.get('/profiles/user_id:u1')).body
    expect(again.identifiers.length).toBe(before.identifiers.length)
  })

  test('keeps two people apart who were decided to be two', async () => {
    const decided = { identifier: 'user_id:u2', decision: 'cannot-link' }
    const { status, body } = await kit.post('/profiles/user_id:u1/link', decided)
    expect(status).toBe(202)
    expect(body.profiles.length).toBe(2)
    await kit.settled()
    const { links } = (await kit.get('/profiles/user_id:u1/identity')).body
    const apart = links.find(
      ({ kind, state }: { kind: string; state: string }) =>
        kind === 'decision' && state === 'refused',
    )
    expect(apart).toMatchObject({ reason: { code: 'cannot_link' } })
    expect(apart.reason.text.en).toContain('decided that these are two people')
  })

  test('knows nothing to decide about an identifier that nobody sent', async () => {
    const decided = { identifier: 'email:nobody@maison.fr', decision: 'link' }
    expect((await kit.post('/profiles/user_id:u1/link', decided)).status).toBe(404)
    const nothing = { identifier: 'user_id:u1', decision: 'retract' }
    expect((await kit.post('/profiles/user_id:u2/link', nothing)).status).not.toBe(500)
  })

  test('refuses to decide about a device, and to a reader', async () => {
    const device = { identifier: 'anonymous_id:dev-1' }
    const answer = await kit.post('/profiles/user_id:u1/unmerge', device)
    expect([answer.status, answer.body.title]).toEqual([400, 'device follows logins'])
    const reader = await kit.post('/profiles/user_id:u1/unmerge', device, kit.reader)
    expect(reader.status).toBe(403)
  })
})

describe('events and traits', () => {
  test('lists applied events with whose they are today', async () => {
    const { body } = await kit.get('/events?event=Page%20Viewed')
    expect(body.data.map((row: { profile: { name: string } }) => row.profile.name)).toEqual(
      expect.arrayContaining(['Léa Martin', 'Léa Martin']),
    )
    expect(body.totals).toMatchObject({ rejected: 0, deadLettered: 0 })
    const { body: own } = await kit.get('/events?profile=user_id:u1')
    expect(own.data.length).toBe(6)
  })

  test('pages through events, and refuses a cursor of another list', async () => {
    const first = (await kit.get('/events?limit=3')).body
    const second = (await kit.get(`/events?limit=200&cursor=${first.next}`)).body
    const all = (await kit.get('/events?limit=200')).body
    expect([...first.data, ...second.data]).toEqual(all.data)
    expect((await kit.get('/events?cursor=eA')).status).toBe(400)
  })

  test('masks events for a reader', async () => {
    const { body } = await kit.get('/events?limit=200', kit.reader)
    expect(JSON.stringify(body)).not.toContain('lea@maison.fr')
  })

  test('knows the names of events and the types of their properties', async () => {
    const { body } = await kit.get('/events/names')
    const order = body.find(({ name }: { name: string }) => name === 'Order Completed')
    expect(order).toMatchObject({ type: 'track', count: 1 })
    expect(order.properties).toEqual(
      expect.arrayContaining([
        { path: 'total', types: ['number'], displayName: null, sampleValues: [120.5] },
      ]),
    )
    const reader = await kit.get('/events/names', kit.reader)
    expect(JSON.stringify(reader.body)).not.toContain('lea@maison.fr')
  })

  test('knows the usual values of a property, with how many events have them', async () => {
    const values = async (property: string, q = '', headers?: typeof kit.reader) => {
      const query = new URLSearchParams({ event: 'Order Completed', property, q })
      return (await kit.get(`/events/values?${query}`, headers)).body
    }
    expect(await values('currency')).toEqual([{ value: 'EUR', count: 1 }])
    expect(await values('currency', 'ÉU')).toEqual([{ value: 'EUR', count: 1 }])
    expect(await values('currency', 'us')).toEqual([])
    expect(await values('total', '12')).toEqual([{ value: '120.5', count: 1 }])
    expect(await values('products[].sku')).toEqual([{ value: 'a', count: 1 }])
    expect(await values("'; DROP TABLE event; --")).toEqual([])
    const query = new URLSearchParams({ event: 'Identified', property: 'email' })
    expect((await kit.get(`/events/values?${query}`, kit.reader)).body).toEqual([])
    expect((await kit.get('/events/values?event=Identified&property=address.city')).body).toEqual([
      { value: 'Lyon', count: 1 },
    ])
  })

  test('knows the traits of people, how complete they are, and their values', async () => {
    const { body } = await kit.get('/traits')
    const city = body.find(({ key }: { key: string }) => key === 'city')
    expect(city).toMatchObject({ types: ['text'], distinct: 1, samples: ['Lyon'] })
    expect(city.completeness).toBeCloseTo(1 / 3)
    expect((await kit.get('/traits/city/values?q=ly')).body).toEqual([{ value: 'Lyon', count: 1 }])
    expect((await kit.get('/traits/city/values?q=pa')).body).toEqual([])
    expect((await kit.get('/traits/email/values', kit.reader)).body).toEqual([])
    const reader = await kit.get('/traits', kit.reader)
    expect(JSON.stringify(reader.body)).not.toContain('lea@maison.fr')
  })
})

describe('Home', () => {
  test('shows the flow, the numbers, and what to do next', async () => {
    const { status, body } = await kit.get('/overview?period=24h', kit.reader)
    expect(status).toBe(200)
    expect(body.flow.balance).toMatchObject({ received: 9, accepted: 9, balanced: true })
    expect(body.flow.sources).toMatchObject([{ name: 'Première source', share: 1 }])
    expect(body.flow.stages.map(({ key }: { key: string }) => key)).toEqual([
      'log',
      'resolve',
      'profile',
      'segment',
      'deliver',
    ])
    expect(body.flow.waiting).toBe(0)
    expect(body.tiles.people.value).toBe(3)
    expect(body.tiles.events.series.length).toBe(30)
    const done = body.checklist.filter((step: { done: boolean }) => step.done)
    const keys = done.map(({ key }: { key: string }) => key)
    expect(keys).toEqual(expect.arrayContaining(['source', 'firstEvent', 'people']))
    expect(keys).not.toContain('delivery')
    expect(body.firstEventAt).not.toBeNull()
  })

  test('pushes the flow to who watches', async () => {
    const leaving = new AbortController()
    const answer = await kit.fetch('/overview/live', { signal: leaving.signal })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body?.getReader()
    const chunk = await reader?.read()
    const text = new TextDecoder().decode(chunk?.value)
    expect(text).toMatch(/^event: flow\ndata: \{"flow":/)
    leaving.abort()
  })
})
