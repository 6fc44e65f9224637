import type { SourceFile } from './sourceTree.ts'

/** In the order in which an event meets them. */
export const STAGES = ['collect', 'resolve', 'profile', 'segment', 'journey', 'deliver']

/** Beside the flow: stages may use their doors, and they may use the doors of stages. */
export const SIDE_ROOMS = [
  'workspace',
  'privacy',
  'insight',
  'lists',
  'persona',
  'demo',
  'replay',
  'sink',
  'observe',
]

/**
 * The room of a file of the server. `flow/` and the files directly under `src/` are the spine: they
 * put the rooms together.
 */
export function roomOf(path: string): string | null {
  const folder = /^server\/src\/([^/]+)\//.exec(path)?.[1]
  if (folder) return folder === 'flow' ? 'spine' : folder
  return path.startsWith('server/src/') ? 'spine' : null
}

/** Files that only tests load. */
export function isTestMaterial({ path, isTest }: SourceFile): boolean {
  return isTest || /\/testing\/|\/testKit\.ts$|\/fixture\.ts$/.test(path)
}

/**
 * Decisions that are a function of their arguments (I10), so that every batch, replay and rebuild
 * comes to the same state. What such a file imports must be pure as well.
 */
export const PURE_FILES = [
  /^server\/src\/collect\/(body|clean|decide|event|fields|limits|paths|ranges|read|times)\.ts$/,
  /^server\/src\/(collect\/reserved|lists\/lines)\.ts$/,
  /^server\/src\/collect\/(objects|weigh)\.ts$/,
  /^server\/src\/resolve\/(components|identifiers|logins|namespaces)\.ts$/,
  /^server\/src\/profile\/(bytes|decimal|document|fold|latest|name|objects|text|value|view)\.ts$/,
  /^server\/src\/segment\/(answer|calendar|concern|evaluate|explain|parse|rule|schema|streams|words)\.ts$/,
  /^server\/src\/segment\/(classes|holidays|measure|measureReader|moves|party|period|personZone)\.ts$/,
  /^server\/src\/segment\/(consentSql|customers|localTime|moment|references|sequence)\.ts$/,
  /^server\/src\/segment\/query\/(allowed|check|question|schedule)\.ts$/,
  /^server\/src\/segment\/(computedTemplates|faults|stays|templates|times|vocabulary)\.ts$/,
  /^server\/src\/segment\/(eventStreams|measureSql|objects|objectSql|sequenceSql|sqlBuilder|traitSql)\.ts$/,
  /^server\/src\/segment\/(computed|formula|kinds|operators)\/[^/]+\.ts$/,
  /^server\/src\/privacy\/consent\.ts$/,
  /^server\/src\/deliver\/(cloudEvent|outcome|schedule|signature)\.ts$/,
  /^server\/src\/workspace\/(mask|permissions)\.ts$/,
]

/** Libraries that compute and touch nothing. */
export const PURE_LIBRARIES = [
  '@marcbachmann/cel-js',
  'any-ascii',
  'isbot',
  'libphonenumber-js',
  'libphonenumber-js/min',
  're2js',
  'temporal-polyfill',
  'typebox',
  'typebox/value',
  'node:buffer',
  'node:crypto',
  'node:net',
  'node:util',
]

/** Parts of the platform that only compute: an error that is a value, lengths, the text of ids. */
export const PURE_PLATFORM = [
  'server/src/platform/durations.ts',
  'server/src/platform/errors.ts',
  'server/src/platform/ids.ts',
]
