import { expect, it } from 'vitest'
import type { EventFlag, EventType, JsonObject, JsonValue } from './event.ts'
import { limits } from './limits.ts'
import { objectsOf } from './objects.ts'

function read(object: JsonValue, type: EventType = 'track') {
  const flags = new Set<EventFlag>()
  return { objects: objectsOf(type, { object }, flags), flags: [...flags] }
}

const contract = { type: 'contract', id: 'C-1' }
const bare = { ...contract, removed: false, attributes: {} }

it('an event names one object or several, with what it says of each', () => {
  const attributes = { ends_at: '2026-12-01', holder: { city: 'Lyon' }, note: null }
  expect(read({ ...contract, ...attributes })).toEqual({
    objects: [{ ...bare, attributes }],
    flags: [],
  })
  const ids = (items: JsonValue[]) => read(items).objects.map(({ type, id }) => `${type} ${id}`)
  expect(ids([contract, { type: 'ticket', id: 71 }])).toEqual(['contract C-1', 'ticket 71'])
})

it('spaces around a type or an id do not make another object', () => {
  expect(read({ type: ' contract ', id: ' C-1\n' }).objects).toEqual([bare])
})

it('an object is gone when it is said to be removed, and by nothing else', () => {
  expect(read({ ...contract, removed: true }).objects).toEqual([{ ...bare, removed: true }])
  expect(read({ ...contract, removed: 'true' }).objects).toEqual([bare])
})

it('of one that an event names twice the last naming counts', () => {
  const twice = [
    { ...contract, a: 1 },
    { ...contract, b: 2 },
  ]
  expect(read(twice).objects).toEqual([{ ...bare, attributes: { b: 2 } }])
})

it('text and numbers under the same name are a property as any other', () => {
  for (const plain of ['contact form', 3, true, null, ['a', 1]]) {
    expect(read(plain)).toEqual({ objects: [], flags: [] })
  }
})

it('who says who they are, or of which account, names no objects', () => {
  for (const type of ['identify', 'group', 'alias'] as const) {
    expect(read(contract, type).objects).toEqual([])
  }
  expect(read(contract, 'page').objects).toEqual([bare])
})

it('an object without a usable type or id is left out and flagged', () => {
  const unusable: JsonObject[] = [
    {},
    { type: 'contract' },
    { id: 'C-1' },
    { type: ' ', id: 'C-1' },
    { type: 'contract', id: '' },
    { type: 'contract', id: true },
    { type: ['contract'], id: 'C-1' },
    { type: 'x'.repeat(limits.objectTypeChars + 1), id: 'C-1' },
    { type: 'contract', id: 'x'.repeat(limits.objectIdChars + 1) },
  ]
  for (const one of unusable) {
    expect([one, read(one)]).toEqual([one, { objects: [], flags: ['object_unreadable'] }])
  }
})

it('what is more than is kept is cut, and said to be', () => {
  const many = Array.from({ length: limits.objects + 1 }, (_, id) => ({ type: 'card', id }))
  expect(read(many)).toMatchObject({ flags: ['object_cut'] })
  expect(read(many).objects).toHaveLength(limits.objects)
  const keys = Array.from({ length: limits.objectAttributes + 1 }, (_, n) => [`a${n}`, n])
  const wide = read({ ...contract, ...Object.fromEntries(keys) })
  expect(wide.flags).toEqual(['object_cut'])
  expect(Object.keys(wide.objects[0]?.attributes ?? {})).toHaveLength(limits.objectAttributes)
  const long = read({ ...contract, note: 'x'.repeat(limits.objectValueChars), state: 'open' })
  expect(long).toEqual({
    objects: [{ ...bare, attributes: { state: 'open' } }],
    flags: ['object_cut'],
  })
})
