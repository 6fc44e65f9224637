import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * True when nothing is built yet, or a source file is newer than what is built. What is built and
 * cannot be written to (an image, another user's checkout) is taken as it is.
 */
export function isBuildStale(workspace: string, result: string): boolean {
  const directory = join(workspace, 'dist')
  const built = join(directory, result)
  if (!existsSync(built)) return true
  if (!isWritable(directory)) return false
  const builtAt = statSync(built).mtimeMs
  return newestUnder(workspace) > builtAt
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const NOT_SOURCES = new Set(['dist', 'node_modules', 'test', 'coverage'])

function newestUnder(directory: string): number {
  let newest = 0
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name) || entry.name.startsWith('.')) continue
    const path = join(directory, entry.name)
    const changedAt = entry.isDirectory() ? newestUnder(path) : statSync(path).mtimeMs
    newest = Math.max(newest, changedAt)
  }
  return newest
}

/**
 * Runs `npm run build` of a workspace in a process of its own.
 * @throws with the end of what it printed when it fails.
 */
export async function buildWorkspace(root: string, name: string): Promise<void> {
  const child = spawn('npm', ['run', 'build', '-w', name], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000)
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`npm run build -w ${name} failed:\n${said}`)
}
