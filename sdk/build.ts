// Builds the two files a page may load: dist/tag.js, and dist/auto.js for sites that opt in.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))

/** The most bytes (gzip -9) that tag.js may weigh: it is loaded on every page of every visitor. */
export const TAG_BYTES_MAX = 5 * 1024

export type BuiltFile = { name: 'tag.js' | 'auto.js'; text: string; gzipBytes: number }

/** Bundles and minifies both files in memory. Throws esbuild's error when a source is wrong. */
export async function buildTag(): Promise<BuiltFile[]> {
  const { version } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8')) as {
    version: string
  }
  const result = await build({
    absWorkingDir: here,
    entryPoints: { tag: 'src/tag.ts', auto: 'src/auto.ts' },
    outdir: 'dist',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    define: { CLIENTELE_TAG_VERSION: JSON.stringify(version) },
    write: false,
  })
  return result.outputFiles.map((file) => ({
    name: file.path.endsWith('auto.js') ? 'auto.js' : 'tag.js',
    text: file.text,
    gzipBytes: gzipSync(file.text, { level: 9 }).length,
  }))
}

async function main(): Promise<void> {
  await mkdir(join(here, 'dist'), { recursive: true })
  for (const file of await buildTag()) {
    await writeFile(join(here, 'dist', file.name), file.text)
    console.log(`dist/${file.name}: ${file.text.length} bytes, ${file.gzipBytes} gzipped`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
