import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'

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

/** Starts the fixture server on a free port and a headless browser. */
export async function startPages(): Promise<Pages> {
  const server: ViteDevServer = await createServer({
    root: new URL('..', import.meta.url).pathname,
    mode: 'fixtures',
    logLevel: 'error',
    server: { port: 0, hmr: false, watch: null },
  })
  await server.listen()
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
