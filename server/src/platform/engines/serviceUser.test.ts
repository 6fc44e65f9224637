import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canReach, engineHome, type ServiceUser } from './serviceUser.ts'
import { parseClickHouseUrl } from './start.ts'

/** Nobody in particular: not the owner of anything here, and not in its group. */
const stranger: ServiceUser = { name: 'stranger', uid: 54_321, gid: 54_321 }
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clientele-reach-'))
  chmodSync(root, 0o755)
})
afterEach(() => rmSync(root, { recursive: true }))

test('a directory closed to others is out of reach, and all below it', () => {
  mkdirSync(join(root, 'home', 'clone'), { recursive: true })
  expect(canReach(stranger, join(root, 'home', 'clone', 'data'))).toBe(true)
  chmodSync(join(root, 'home'), 0o700)
  expect(canReach(stranger, join(root, 'home', 'clone', 'data'))).toBe(false)
})

test('the engines live in DATA_DIR, unless the service user cannot get there', () => {
  const dataDir = join(root, 'data')
  mkdirSync(dataDir)
  expect(engineHome(dataDir, null)).toBe(dataDir)
  expect(engineHome(dataDir, stranger)).toBe(dataDir)
  chmodSync(root, 0o700)
  expect(engineHome(dataDir, stranger)).toMatch(/^\/var\/lib\/clientele\/[0-9a-f]{12}$/)
})

test('an address of ClickHouse may hold user, password and database', () => {
  expect(parseClickHouseUrl('http://u:p%40s@ch:8123/shop')).toEqual({
    url: 'http://ch:8123',
    username: 'u',
    password: 'p@s',
    database: 'shop',
  })
  expect(parseClickHouseUrl('https://ch')).toMatchObject({
    username: 'default',
    database: 'clientele',
  })
})
