import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startProgram, type TestProgram } from '../../test/program.ts'
import { keyWith } from '../workspace/fixture.ts'

let program: TestProgram
let segment: string
beforeAll(async () => {
  program = await startProgram()
  const person = (userId: string, traits: object) => ({ type: 'identify', userId, traits })
  const batch = [
    person('u1', { name: 'Léa, Martin', email: 'lea@maison.fr', plan: 'or', tags: ['a', 'b'] }),
    person('u2', { name: '=HYPERLINK("http://x")', email: 'paul@maison.fr', plan: '-1+1' }),
    person('u3', { name: 'Zoé', plan: 'argent' }),
  ]
  await fetch(`${program.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
    body: JSON.stringify({ batch }),
  })
  await program.settled()
  const rule = { trait: 'email', op: 'exists' }
  segment = (await program.api('/segments', { name: { fr: 'Joints', en: 'Known' }, rule })).id
  await vi.waitFor(async () => {
    expect((await program.api(`/segments/${segment}`)).state).toBe('live')
  }, 20_000)
  await program.settled()
}, 60_000)
afterAll(() => program.close())

async function file(query: string, key?: { authorization: string }) {
  const answer = await fetch(`${program.url}/api/v1/profiles/export?${query}`, {
    headers: key ?? { authorization: `Bearer ${program.adminKey}` },
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  // The mark of UTF-8, by which spreadsheets know how accents are written.
  const isMarked = bytes.subarray(0, 3).toString('hex') === 'efbbbf'
  const lines = bytes
    .toString('utf8')
    .replace('\ufeff', '')
    .split('\r\n')
    .filter((line) => line !== '')
  return { answer, isMarked, head: lines[0], rows: lines.slice(1).sort() }
}

describe('a file of people', () => {
  test('has the chosen columns of all who match, and says how many rows follow', async () => {
    const { answer, head, rows, isMarked } = await file(
      `segment=${segment}&columns=name,email,segments,trait.tags,trait.none`,
    )
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toContain('attachment')
    expect(answer.headers.get('x-total-count')).toBe('2')
    expect(isMarked).toBe(true)
    expect(head).toBe('name,email,segments,trait.tags,trait.none')
    expect(rows).toEqual([
      '"\'=HYPERLINK(""http://x"")",paul@maison.fr,Joints,,',
      '"Léa, Martin",lea@maison.fr,Joints,"[""a"",""b""]",',
    ])
  })

  test('masks for who may not see personal data, also in traits', async () => {
    const reader = await keyWith(program.deps, program.workspace, ['profiles:read'])
    const { rows } = await file('columns=email,trait.email,trait.plan&q=u1', reader)
    expect(rows).toEqual(['l••••@maison.fr,l••••@maison.fr,or'])
    const { answer } = await file('trait.email=lea@maison.fr', reader)
    expect(answer.status).toBe(403)
  })

  test('is written into the audit log, without what was searched for', async () => {
    await file('q=lea@maison.fr&columns=id,trait.plan')
    const [entry] = (await program.api('/audit?action=profile.exported')).data
    expect(entry).toMatchObject({
      action: 'profile.exported',
      subject: 'profile:list',
      detail: { total: 1, columns: ['id', 'plan'], filters: ['q'] },
    })
  })

  test('refuses columns that there are not', async () => {
    expect((await file('columns=secret')).answer.status).toBe(400)
    expect((await file('columns=,')).answer.status).toBe(400)
  })

  test('ends when its asker leaves', async () => {
    const leaving = new AbortController()
    const answer = fetch(`${program.url}/api/v1/profiles/export`, {
      headers: { authorization: `Bearer ${program.adminKey}` },
      signal: leaving.signal,
    })
    leaving.abort()
    await expect(answer).rejects.toThrow()
    expect((await file('columns=id')).rows).toHaveLength(3)
  })
})
