import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../engines/processes.ts'
import type { KeptFile } from './files.ts'
import type { KeptHistory } from './history.ts'
import type { KeptTable } from './tables.ts'

/** What a backup holds. Written last: a folder without it is no backup. */
export type Manifest = {
  format: 1
  /** ISO 8601: the instant that the copy is of. */
  takenAt: string
  /** Hash of the state at that instant; a restored one must have the same. */
  state: { at: number; hash: string }
  /** Migrations of the databases: a backup is restored by the version that made it. */
  migrations: { number: number; name: string }[]
  tables: KeptTable[]
  history: KeptHistory[]
  /** Files of the log's archive, the path being that below it, and the secret if there is one. */
  archive: KeptFile[]
  secret: KeptFile | null
}

const FILE = 'manifest.json'

export function writeManifest(folder: string, manifest: Manifest): void {
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  writeFileSync(join(folder, FILE), text, { flag: 'wx', mode: 0o600, flush: true })
}

/** @throws when the folder holds no backup, or one of a format that this version does not know. */
export function readManifest(folder: string): Manifest {
  let text: string
  try {
    text = readFileSync(join(folder, FILE), 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new Error(`There is no complete backup in ${folder}: ${FILE} is missing.`)
  }
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format === 1) return manifest
  throw new Error('This backup was made by a newer version. Restore it with that version.')
}

/** Every file that the manifest names. */
export function filesOf(manifest: Manifest): KeptFile[] {
  const { tables, history, archive, secret } = manifest
  const parts = [...tables, ...history].map(({ file }) => file)
  return [...parts, ...archive, ...(secret ? [secret] : [])]
}
