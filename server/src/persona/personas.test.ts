import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProgram, type TestProgram } from '../../test/program.ts'
import { keyWith } from '../workspace/fixture.ts'

let program: TestProgram
let segment: string
beforeAll(async () => {
  program = await startProgram()
  const rule = { trait: 'plan', op: 'equals', value: 'gold' }
  segment = (await program.api('/segments', { name: 'Or', rule })).id
}, 60_000)
afterAll(() => program.close())

async function ask(method: string, path: string, body?: object, key?: { authorization: string }) {
  const answer = await fetch(`${program.url}/api/v1${path}`, {
    method,
    headers: {
      ...(key ?? { authorization: `Bearer ${program.adminKey}` }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  const json: ReturnType<typeof JSON.parse> = text === '' ? null : JSON.parse(text)
  return { status: answer.status, body: json }
}

const facts = [{ kind: 'trait', key: 'city', value: 'Lyon' }]

describe('personas', () => {
  test('are made of a segment, changed, listed and taken away, each of it audited', async () => {
    const { status, body } = await ask('POST', '/personas', { segment, name: 'Camille' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...{ name: 'Camille', description: '', quote: '', color: 1, initials: '', facts: [] },
      segment: { id: segment, name: { fr: 'Or', en: 'Or' }, size: 0 },
    })
    const path = `/personas/${body.id}`
    const change = { quote: 'Je compare avant d’acheter.', color: 3, facts }
    expect((await ask('PATCH', path, change)).body).toMatchObject({ ...change, name: 'Camille' })
    const listed = (await ask('GET', '/personas')).body.data
    expect(listed.map((one: { name: string }) => one.name)).toEqual(['Camille'])
    expect((await ask('DELETE', path)).status).toBe(204)
    expect((await ask('GET', path)).status).toBe(404)
    const entries = (await program.api('/audit?action=persona')).data
    expect(entries.map((one: { action: string }) => one.action)).toEqual([
      'persona.deleted',
      'persona.changed',
      'persona.created',
    ])
  })

  test('need a segment of their own workspace, and words of a length', async () => {
    const nowhere = '0190a000-0000-7000-8000-000000000000'
    const statuses = await Promise.all(
      [
        { segment: nowhere, name: 'X' },
        { segment, name: '' },
        { segment, name: 'X', color: 9 },
        { segment, name: 'X', initials: 'ABCD' },
        { segment, name: 'X', unknown: true },
      ].map(async (body) => (await ask('POST', '/personas', body)).status),
    )
    expect(statuses).toEqual([404, 400, 400, 400, 400])
  })

  test('are of one workspace, and changed only by whom it may', async () => {
    const { body } = await ask('POST', '/personas', { segment, name: 'Dominique' })
    const { deps, workspace } = program
    const reader = await keyWith(deps, workspace, ['*:read'])
    expect((await ask('GET', '/personas', undefined, reader)).body.data).toHaveLength(1)
    expect((await ask('DELETE', `/personas/${body.id}`, undefined, reader)).status).toBe(403)
    const [other] = await deps.postgres.query<{ id: number }>(
      `INSERT INTO workspace (key, name, hash_key, created_at)
       VALUES ($1, 'Other', $2, now()) RETURNING id`,
      [deps.newId(), Buffer.alloc(32, 1)],
    )
    const stranger = await keyWith(deps, { ...workspace, id: other?.id ?? 0 }, ['*'])
    expect((await ask('GET', '/personas', undefined, stranger)).body.data).toEqual([])
    expect((await ask('GET', `/personas/${body.id}`, undefined, stranger)).status).toBe(404)
  })
})
