import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client.ts'
import { lineOfPointer, refusalIn } from './faults.ts'

describe('what the server refuses', () => {
  it.each([
    ['/all/1/any/0/value', [1, 0]],
    ['/all/2/not/of/1/where/0/op', [2, 0, 1]],
    ['/all/0/sequence/1/did', [0]],
    ['/any/3', [3]],
    ['/', []],
    ['', []],
  ])('%s is in its line', (pointer, path) => {
    expect(lineOfPointer(pointer)).toEqual(path)
  })

  it('is a refusal only when it names a place', () => {
    const problem = { status: 400, title: 'Bad request', detail: 'The rule…' }
    const errors = [{ path: '/all/1/value', message: 'too long' }]
    expect(refusalIn(new ApiError({ ...problem, errors }))).toEqual({
      path: [1],
      words: 'too long',
    })
    expect(refusalIn(new ApiError(problem))).toBeNull()
    expect(refusalIn(new ApiError({ ...problem, status: 503, errors }))).toBeNull()
  })
})
