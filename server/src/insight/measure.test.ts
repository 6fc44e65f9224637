import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProgram, type TestProgram } from '../../test/program.ts'
import { issueApiKey } from '../workspace/index.ts'

let program: TestProgram
beforeAll(async () => {
  program = await startProgram()
  const order = (userId: string, properties: object, context: object = {}) => ({
    ...{ type: 'track', event: 'Order Line', userId, properties, context },
    timestamp: '2026-03-01T10:00:00Z',
  })
  const batch = [
    order('u1', { order_id: '536365', revenue: 0.1, quantity: 3, country: 'France' }),
    order('u1', { order_id: '536365', revenue: 0.2, quantity: 1, country: 'France' }),
    order('u2', { order_id: 'C536366', revenue: -12.345678, country: 'Belgique' }),
    order('u2', { order_id: 7, revenue: 'much', email: 'lea@maison.fr' }),
    { ...order('u3', { order_id: '9', revenue: 1_000 }), timestamp: '2026-04-01T00:00:00Z' },
    order('u4', { order_id: 'test', revenue: 5_000 }, { staff: true }),
  ]
  const answer = await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  })
  if (answer.status !== 200) throw new Error(`The orders were not taken: ${answer.status}.`)
  await program.settled()
})
afterAll(() => program.close())

type Filter = { property: string; op: string; value?: unknown }

async function ask(
  question: { measure: string; property?: string; from?: string; to?: string; event?: string },
  where: Filter[] | string = [],
  key = program.adminKey,
) {
  const text = typeof where === 'string' ? where : JSON.stringify(where)
  const query = new URLSearchParams({ event: 'Order Line', ...question, where: text })
  const answer = await fetch(`${program.url}/api/v1/insights/measure?${query}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const body: ReturnType<typeof JSON.parse> = await answer.json()
  return { status: answer.status, body }
}

const value = async (...question: Parameters<typeof ask>) => (await ask(...question)).body.value

describe('one number about events', () => {
  test('counts events, people and distinct values, staff left out', async () => {
    expect(await value({ measure: 'count' })).toBe(5)
    expect(await value({ measure: 'people' })).toBe(3)
    expect(await value({ measure: 'distinct', property: 'order_id' })).toBe(4)
    expect(await value({ measure: 'distinct', property: 'country' })).toBe(2)
    expect(await value({ measure: 'count', event: 'Never' })).toBe(0)
  })

  test('sums exactly, and passes over what is no number', async () => {
    const french = [{ property: 'country', op: 'equals', value: 'France' }]
    const sum = { measure: 'sum', property: 'revenue' }
    // As floating-point numbers 0.1 and 0.2 would not make 0.3.
    expect((await ask(sum, french)).body).toEqual({ value: 0.3, exact: '0.3' })
    expect((await ask(sum)).body).toEqual({ value: 987.954322, exact: '987.954322' })
  })

  test('filters as a segment does', async () => {
    const where = (op: string, value: unknown): Filter[] => [{ property: 'order_id', op, value }]
    expect(await value({ measure: 'count' }, where('startsWith', 'c53'))).toBe(1)
    expect(await value({ measure: 'count' }, where('notEquals', '536365'))).toBe(3)
    const dear = [{ property: 'revenue', op: 'greater', value: 0.1 }]
    expect(await value({ measure: 'people' }, dear)).toBe(2)
  })

  test('looks only at the asked time, the end left out', async () => {
    const april = '2026-04-01T00:00:00Z'
    expect(await value({ measure: 'count', to: april })).toBe(4)
    expect(await value({ measure: 'count', from: april })).toBe(1)
  })

  test.each([
    { question: { measure: 'sum' }, where: '[]', code: 'property_missing' },
    { question: { measure: 'count' }, where: '{nonsense', code: 'invalid_where' },
    { question: { measure: 'count' }, where: '{"property":"a"}', code: 'invalid_rule' },
    {
      question: { measure: 'count' },
      where: '[{"property":"a","op":"greater","value":"x"}]',
      code: 'invalid_rule',
    },
  ])('refuses a question it cannot read: $code', async ({ question, where, code }) => {
    const { status, body } = await ask(question, where)
    expect([status, body.type]).toEqual([400, `urn:clientele:problem:${code}`])
    expect((await ask({ measure: 'median' })).status).toBe(400)
  })

  test('does not tell who sees masks what they hide', async () => {
    const { deps, workspace } = program
    const { key } = await issueApiKey(deps, {
      ...{ workspace: workspace.id, name: 'reader', scopes: ['*:read'], expiresAt: null },
      actor: { kind: 'system', name: 'test' },
    })
    const named = [{ property: 'email', op: 'equals', value: 'lea@maison.fr' }]
    expect(await value({ measure: 'count' }, named)).toBe(1)
    expect((await ask({ measure: 'count' }, named, key)).status).toBe(403)
    expect((await ask({ measure: 'distinct', property: 'email' }, [], key)).status).toBe(403)
    expect(await value({ measure: 'count' }, [], key)).toBe(5)
  })
})
