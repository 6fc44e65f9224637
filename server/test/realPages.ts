import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'
import { listen } from './pageFaults.ts'
import { type StartOptions, startProgram, type TestProgram } from './program.ts'

/** The pages on the real server, and a browser to look at them with. */

const CHROMIUM = '/usr/bin/chromium'
const WEB = join(import.meta.dirname, '..', '..', 'web')

/** True where the browser tests are skipped. */
export const noBrowser = !existsSync(CHROMIUM)

/** A small laptop, where nothing else is asked for. */
const VIEWPORT = { width: 1280, height: 720 }

type AskedPage = {
  /** What closes the greeting; without it the greeting is what is seen. */
  later?: string
  viewport?: { width: number; height: number }
  theme?: 'light' | 'dark'
}

export type RealPages = {
  program: TestProgram
  /** A page of a new administrator, and its faults. */
  openPage(language: 'fr' | 'en', asked: AskedPage): Promise<{ page: Page; faults: string[] }>
  /** Sends events through the intake, and waits until they are everywhere. */
  send(batch: readonly object[]): Promise<void>
  close(): Promise<void>
}

export async function openRealPages(options: StartOptions = {}): Promise<RealPages> {
  const program = await startProgram({ ...options, webDir: await builtWeb() })
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  })
  let users = 0
  const signIn = async (language: string) => {
    users += 1
    const email = `u${users}@exemple.fr`
    const user = { email, name: 'Agathe Noël', role: 'admin', language }
    const { link } = await program.api('/users', user)
    return `${program.url}/sign-in?token=${new URL(link).searchParams.get('token')}`
  }
  return {
    program,
    openPage: async (language, { later, viewport = VIEWPORT, theme }) => {
      const context = await browser.newContext({
        viewport,
        reducedMotion: 'reduce',
        locale: language === 'fr' ? 'fr-FR' : 'en-GB',
      })
      if (theme) {
        await context.addInitScript(
          `localStorage.setItem('mantine-color-scheme-value', '${theme}')`,
        )
      }
      const page = await context.newPage()
      page.setDefaultTimeout(40_000)
      const faults = listen(page)
      await page.goto(await signIn(language))
      if (later) await page.getByRole('button', { name: later }).click()
      return { page, faults }
    },
    send: async (batch) => {
      const answer = await fetch(`${program.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${program.writeKey}:`)}` },
        body: JSON.stringify({ batch }),
      })
      if (!answer.ok) throw new Error(`The intake answered ${answer.status}.`)
      await program.settled()
    },
    close: async () => {
      await browser.close()
      await program.close()
    },
  }
}

/** Where the pages lie, built once for the whole run. */
async function builtWeb(): Promise<string> {
  const directory = inject('pagesDir')
  // React complains of more in development, and what it complains of is a fault.
  const env = { ...process.env, NODE_ENV: 'development' }
  const script = join(WEB, 'scripts', 'build-once.ts')
  await promisify(execFile)(process.execPath, [script, directory], { env })
  return join(directory, 'built')
}
