import { describe, expect, it } from 'vitest'
import {
  bothLanguages,
  type Draft,
  emptyDraft,
  filled,
  readDraft,
  saveDraft,
  takeStep,
} from './draft.ts'

const draft = (city: string): Draft => ({
  ...emptyDraft(),
  rule: { all: [{ trait: 'city', op: 'equals', value: city }] },
})
const started = { past: [], present: draft('Lyon'), future: [] }

function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    length: 0,
    clear: () => kept.clear(),
    key: () => null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

describe('the steps of the builder', () => {
  it('takes a change back and makes it again', () => {
    const changed = takeStep(started, { kind: 'edit', draft: draft('Lille') })
    const undone = takeStep(changed, { kind: 'undo' })
    expect(undone.present).toEqual(draft('Lyon'))
    expect(takeStep(undone, { kind: 'redo' }).present).toEqual(draft('Lille'))
  })
  it('forgets what could be made again once something new is done', () => {
    const undone = takeStep(takeStep(started, { kind: 'edit', draft: draft('Lille') }), {
      kind: 'undo',
    })
    expect(takeStep(undone, { kind: 'edit', draft: draft('Nantes') }).future).toEqual([])
  })
  it('does not make a step of each key typed in the name', () => {
    const named = { ...started.present, name: { fr: 'N', en: '' } }
    expect(takeStep(started, { kind: 'edit', draft: named }).past).toEqual([])
  })
  it('stays where it is when there is nothing to take back', () => {
    expect(takeStep(started, { kind: 'undo' })).toBe(started)
  })
})

describe('the draft kept on this device', () => {
  it('comes back as it was, each segment its own', () => {
    const storage = memory()
    const saved = { draft: draft('Lyon'), savedAt: 5, version: 3, draftId: null }
    saveDraft(storage, 'a', saved)
    expect(readDraft(storage, 'a')).toEqual(saved)
    expect(readDraft(storage, null)).toBeNull()
  })
  it.each(['{', '{"draft":{"rule":{"trait":5}}}', 'null'])(
    'is left aside when it reads %s',
    (text) => {
      const storage = memory()
      storage.setItem('clientele.segment-draft.new', text)
      expect(readDraft(storage, null)).toBeNull()
    },
  )
})

describe('names in two languages', () => {
  it('take the other language when one is left empty', () => {
    expect(filled({ fr: ' Fidèles ', en: '' })).toEqual({ fr: 'Fidèles', en: 'Fidèles' })
    expect(bothLanguages('Loyal')).toEqual({ fr: 'Loyal', en: 'Loyal' })
  })
})
