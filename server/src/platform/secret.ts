import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'

/**
 * The configuration with its secret: the one given, or the one kept in `dataDir/secret`, which is
 * made at the first start. Whoever loses that file loses what was encrypted with it.
 */
export function withSecret(config: Config): Config & { secret: string } {
  if (config.secret !== null) return { ...config, secret: config.secret }
  const file = join(config.dataDir, 'secret')
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return { ...config, secret: readFileSync(file, 'utf8').trim() }
}
