import { expect, test } from 'vitest'
import { networkOf } from './attempts.ts'
import {
  type Actor,
  isScope,
  may,
  PERMISSIONS,
  permissionsOf,
  scopesBeyond,
} from './permissions.ts'

const actor = (role: Actor['role'], scopes: string[] = []): Actor => ({
  workspace: 1,
  kind: role === 'key' ? 'key' : 'user',
  id: 'a',
  name: 'A',
  role,
  scopes,
})

test('an admin may do everything, a reader only read, and a reader reveals nothing', () => {
  expect(PERMISSIONS.every((permission) => may(actor('admin'), permission))).toBe(true)
  const read = PERMISSIONS.filter((permission) => may(actor('reader'), permission))
  expect(read).toEqual(PERMISSIONS.filter((permission) => permission.endsWith(':read')))
  expect(may(actor('reader'), 'profiles:reveal')).toBe(false)
})

test('a key may what its scopes say and nothing else', () => {
  const key = actor('key', ['segments:write', 'events:read'])
  const granted = PERMISSIONS.filter((permission) => may(key, permission))
  expect(granted).toEqual(['events:read', 'segments:write'])
  expect(may(actor('key', []), 'events:read')).toBe(false)
  expect(may(actor('key', ['*:read']), 'audit:read')).toBe(true)
  expect(may(actor('key', ['*:read']), 'profiles:reveal')).toBe(false)
  expect(may(actor('key', ['*']), 'profiles:reveal')).toBe(true)
})

test('only people have a session to change', () => {
  expect(may(actor('reader'), 'session:write')).toBe(true)
  expect(may(actor('key', ['*']), 'session:write')).toBe(false)
  expect(permissionsOf(actor('reader'))).toContain('session:write')
})

test('nobody hands out more than they have', () => {
  const key = actor('key', ['keys:write', 'events:read'])
  expect(scopesBeyond(key, ['events:read', 'users:write', '*', '*:read'])).toEqual([
    'users:write',
    '*',
    '*:read',
  ])
  expect(scopesBeyond(actor('key', ['*:read']), ['*:read', 'audit:read', '*'])).toEqual(['*'])
  expect(scopesBeyond(actor('admin'), ['*'])).toEqual([])
})

test('a scope is a known permission or a star', () => {
  expect(['*', '*:read', 'events:read'].every(isScope)).toBe(true)
  expect(['', 'events', 'event:read', '*:write', 'session:write'].some(isScope)).toBe(false)
})

test.each([
  { address: '192.0.2.7', network: '192.0.2.7' },
  { address: '::ffff:192.0.2.7', network: '192.0.2.7' },
  { address: '2001:db8:1:2:a:b:c:d', network: '2001:db8:1:2::/64' },
  { address: '2001:0db8:1:2::9', network: '2001:db8:1:2::/64' },
  { address: '2001:db8::9', network: '2001:db8:0:0::/64' },
  { address: '::1', network: '0:0:0:0::/64' },
])('attempts from $address count for $network', ({ address, network }) => {
  expect(networkOf(address)).toBe(network)
})
