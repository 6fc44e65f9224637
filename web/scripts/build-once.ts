import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/**
 * `node scripts/build-once.ts <directory>`: the pages, built into `<directory>/built`. Of several
 * who ask at the same time one builds them and the others wait; afterwards they are there already.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const ASK_AGAIN_MS = 200

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('Usage: node scripts/build-once.ts <directory>\n')
  process.exit(2)
}
const built = `${directory}/built`
const building = `${directory}/building`

while (!existsSync(built)) {
  if (await begins()) await buildThem()
  else await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
}

/** Whether nobody else is at it. */
async function begins(): Promise<boolean> {
  try {
    await mkdir(building)
    return true
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw fault
  }
}

async function buildThem(): Promise<void> {
  try {
    // Whoever was first may have ended between the two looks.
    if (existsSync(built)) return
    const outDir = `${building}/out`
    await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } })
    await rename(outDir, built)
  } finally {
    await rm(building, { recursive: true })
  }
}
