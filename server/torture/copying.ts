import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { House } from './house.ts'

const SOURCES = join(import.meta.dirname, '..', 'src')

/** `npm run backup` beside the running program; what went wrong, a sentence, or null. */
export function backUp(house: House): Promise<string | null> {
  const env = { ...house.env, DATA_DIR: join(house.home, 'front') }
  return command('backup', ['--to', join(house.home, 'backup')], env)
}

/**
 * The backup put elsewhere, on engines of its own: `npm run restore` compares the hash of the state
 * with that of the backed up one, and a rebuild shows that this state is what its log folds to.
 */
export async function restoreElsewhere({ home }: House): Promise<string | null> {
  const env = { DATA_DIR: join(home, 'restored') }
  const fault = await command('restore', ['--from', join(home, 'backup')], env)
  return fault ?? command('rebuild', ['--check'], env)
}

function command(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string | null> {
  const child = spawn(process.execPath, [join(SOURCES, `${name}.ts`), ...args], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const last = said.trimEnd().split('\n').slice(-3).join(' ')
      resolve(code === 0 ? null : `npm run ${name} ended with status ${code}: ${last}`)
    })
  })
}
