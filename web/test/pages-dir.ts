import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the app is built, by whichever test asks for it first. */
    pagesDir: string
  }
}

/** A directory for what the tests of one run share. */
export default function makePagesDir(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'clientele-pages-'))
  project.provide('pagesDir', directory)
  return () => rmSync(directory, { recursive: true })
}
