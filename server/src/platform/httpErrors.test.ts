import { ClickHouseError } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { describeError } from './httpErrors.ts'

function parseError(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}

const clickhouse = new ClickHouseError({
  message: "Cannot parse input: expected ',' before: Martin 0612345678: (at row 1)",
  code: '27',
  type: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
})

test.each<[string, unknown]>([
  ['the body that a parser repeats', parseError('{"name": Martin "quoted" Martin}')],
  ['a body that is cut short', parseError('Martin')],
  ['a value that PostgreSQL quotes', new Error('invalid input syntax for type uuid: "Martin"')],
  ['a value with an apostrophe', new Error("no row for 'Martin O'Brien Martin' here")],
  ['what ClickHouse could not read', clickhouse],
])('the log is not told %s', (_what, error) => {
  const told = JSON.stringify(describeError(error))
  expect(told).not.toMatch(/Martin|Brien|0612345678/)
})

test('it is told which fault it was, where, and the names of the database’s own things', () => {
  expect(describeError(clickhouse)).toMatchObject({
    message: expect.stringMatching(/^CANNOT_PARSE/),
  })
  const fault = Object.assign(new Error('relation "event" lacks column "at": "Martin"'), {
    code: '42703',
  })
  expect(describeError(fault)).toEqual({
    name: 'Error',
    code: '42703',
    message: 'relation ‹event› lacks column ‹at›: "…"',
    at: expect.arrayContaining([expect.stringMatching(/^at /)]),
  })
})
