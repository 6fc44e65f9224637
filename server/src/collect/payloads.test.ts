/** Published payloads of the Segment and Rudder formats, where the sample data lies beside us. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIntake, type TestIntake } from './testing/program.ts'

const directory = fileURLToPath(
  new URL('../../../../shared/data/segment-payloads/', import.meta.url),
)
const missing = !existsSync(directory)

function filesOf(folder: string): { name: string; text: string }[] {
  if (missing) return []
  return readdirSync(directory + folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, text: readFileSync(`${directory}${folder}/${name}`, 'utf8') }))
}

describe.skipIf(missing)('published payloads', () => {
  let intake: TestIntake

  beforeAll(async () => {
    intake = await startIntake()
  })

  afterAll(() => intake.close())

  it.each(filesOf('analytics-go'))('of analytics-go: $name is accepted whole', async ({ text }) => {
    const before = intake.accepted()
    expect((await intake.post('/v1/batch', text)).status).toBe(200)
    expect(intake.accepted() - before).toBe(JSON.parse(text).batch.length)
  })

  it.each(filesOf('rudder-sdk-js'))('of rudder-sdk-js: $name', async ({ text }) => {
    const { message } = JSON.parse(text)
    const { status, body } = await intake.post('/v1/batch', { batch: [message] })
    // Two of them name no group: their senders are told, the others are taken.
    const expected = message.type === 'group' && !message.groupId ? 400 : 200
    expect([status, body]).toEqual([expected, expect.any(String)])
    if (status === 400) expect(JSON.parse(body).code).toBe('missing_group_id')
  })

  it('of the specification: those with a type are accepted or told why not', async () => {
    const text = missing ? '' : readFileSync(`${directory}segment-spec/examples.jsonl`, 'utf8')
    const payloads = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).payload)
    const reasons = new Map<string, number>()
    for (const payload of payloads) {
      const { status, body } = await intake.post('/v1/batch', { batch: [payload] })
      const reason = status === 200 ? `accepted ${payload.type}` : JSON.parse(body).code
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    expect(Object.fromEntries(reasons)).toMatchInlineSnapshot(`
      {
        "accepted alias": 2,
        "accepted group": 1,
        "accepted identify": 5,
        "accepted page": 1,
        "accepted screen": 1,
        "accepted track": 28,
        "missing_ids": 4,
        "unknown_type": 39,
      }
    `)
  })
})
