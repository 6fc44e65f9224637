import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { preview } from 'vite'
import { inject } from 'vitest'

/** The app on invented data, and a browser to look at it with. */
const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))

/** Why the browser tests are skipped, or null when a browser is there. */
export const noBrowser = executablePath ? null : 'chromium is not installed (apt install chromium)'

export type Pages = {
  base: string
  /** A page in a language, at a width in pixels. */
  open: (language: 'fr' | 'en', width?: number) => Promise<Page>
  close: () => Promise<void>
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Serves the app with invented data on a free port, and starts a headless browser. */
export async function startPages(): Promise<Pages> {
  const server = await preview({
    root,
    mode: 'fixtures',
    logLevel: 'error',
    build: { outDir: await builtPages() },
    preview: { port: 0 },
  })
  const browser: Browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  })
  const base = (server.resolvedUrls?.local[0] ?? '').replace(/\/$/, '')
  return {
    base,
    open: async (language, width = 1440) => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
        locale: language === 'fr' ? 'fr-FR' : 'en-GB',
      })
      await context.addInitScript(`localStorage.setItem('clientele.language', '${language}')`)
      return context.newPage()
    },
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

/**
 * Where the app lies as it is shipped, built once for the whole run: a development server would
 * transform every module again for every page.
 */
async function builtPages(): Promise<string> {
  const directory = inject('pagesDir')
  const env = { ...process.env, NODE_ENV: 'production' }
  const script = join(root, 'scripts', 'build-once.ts')
  await promisify(execFile)(process.execPath, [script, directory], { env })
  return join(directory, 'built')
}
