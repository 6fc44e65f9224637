/**
 * That the comparison of I5 can fail: without the handling of what comes late, every kind of
 * condition gives answers that differ.
 */
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type * as Consents from '../src/privacy/consent.ts'
import type * as Documents from '../src/profile/document.ts'
import type * as Latest from '../src/profile/latest.ts'
import { kindsIn, plainWorld, playSeparate } from './equivalence/worlds.ts'
import { openSegmentWorld } from './segmentWorld.ts'

vi.mock('../src/profile/document.ts', async (original) => {
  const real = await original<typeof Documents>()
  return {
    ...real,
    // Planted: what is older than the newest entry is lost.
    addEntry: (entries: Documents.StreamEntry[], entry: Documents.StreamEntry, newest: number) => {
      const [held] = entries
      if (!held || entry.at >= held.at) real.addEntry(entries, entry, newest)
    },
  } satisfies typeof Documents
})

// Planted: of traits and objects what is told last wins.
vi.mock('../src/profile/latest.ts', () => {
  return { supersedes: () => true } satisfies typeof Latest
})

// Planted: of consents what is told last wins.
vi.mock('../src/privacy/consent.ts', async (original) => {
  const real = await original<typeof Consents>()
  return {
    ...real,
    foldConsents: (rows, current) => {
      const told = rows.map((row) => {
        const known = current.get(real.consentKey(row))
        return known && known.at >= row.at ? { ...row, at: known.at + 1 } : row
      })
      return real.foldConsents(told, current)
    },
  } satisfies typeof Consents
})

const KINDS = [
  ...['count', 'sum', 'average', 'min', 'max', 'distinct', 'first', 'last'].map(
    (name) => `measure ${name}`,
  ),
  ...['did', 'moment', 'sequence', 'active', 'near', 'object', 'consent', 'reachable'],
  ...['sum', 'average', 'min', 'max', 'distinct'].map((name) => `object ${name}`),
  ...[
    'measure',
    'mostFrequent',
    'uniqueList',
    'usualTime',
    'daysSince',
    'daysBetween',
    'timeOf',
    'ratio',
    'rfm',
    'score',
    'formula',
  ].map((name) => `computed ${name}`),
  ...['did', 'active', 'measure sum', 'sequence', 'trait exists'].map(
    (name) => `${name} of a party`,
  ),
]

/** A world may spare a kind; the next one is played for what is not found out yet. */
const SEEDS = [3, 4, 5]

it('I5: without the handling of late events every kind of condition is found out', async () => {
  const found = new Set<string>()
  const spared = () => KINDS.filter((kind) => !found.has(kind))
  for (const seed of SEEDS) {
    const [drawn] = fc.sample(plainWorld, { seed, numRuns: 1 })
    if (!drawn) throw new Error('Nothing was drawn.')
    const { differences } = await playSeparate(drawn, { open: openSegmentWorld, goesOn: true })
    for (const kind of differences.flatMap(({ rule }) => kindsIn(rule))) found.add(kind)
    if (spared().length === 0) break
  }
  expect(spared()).toEqual([])
  expect([...found].some((kind) => kind.startsWith('trait'))).toBe(true)
}, 900_000)
