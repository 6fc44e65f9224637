import { join } from 'node:path'
import { buildWorkspace, isBuildStale } from '../src/platform/webBuild.ts'
import type { Lab } from './lab.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** The process would build its pages by itself, in the middle of the measurement. */
export async function buildPages(lab: Lab): Promise<void> {
  const parts = [
    { name: 'sdk', result: 'tag.js' },
    { name: 'web', result: 'index.html' },
  ]
  for (const { name, result } of parts) {
    if (!isBuildStale(join(ROOT, name), result)) continue
    lab.say(`building ${name}, once`)
    await buildWorkspace(ROOT, name)
  }
}
