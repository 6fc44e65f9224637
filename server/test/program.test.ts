import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProgram, type TestProgram } from './program.ts'

let program: TestProgram
beforeAll(async () => {
  program = await startProgram()
})
afterAll(() => program.close())

test('the whole program starts, says that it is ready, and takes an event', async () => {
  const ready = await fetch(`${program.url}/readyz`)
  expect(await ready.json()).toMatchObject({ status: 'ready' })
  const answer = await fetch(`${program.url}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
    body: JSON.stringify({ userId: 'u1', event: 'Product Viewed' }),
  })
  expect(await answer.json()).toEqual({ success: true })
  const sources = await fetch(`${program.url}/api/v1/sources`, {
    headers: { authorization: `Bearer ${program.adminKey}` },
  })
  expect(await sources.json()).toMatchObject({ data: [{ writeKey: program.writeKey }] })
})
