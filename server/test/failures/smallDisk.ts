/** A disk of a few megabytes that a test can fill: a tmpfs, which only root may mount. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SmallDisk = {
  path: string
  /** Takes all the space that is left. */
  fill(): void
  /** Gives it back. */
  free(): void
  unmount(): void
}

/** Why there can be none here, as an ending for a test's name; empty when there can. */
export const noSmallDisk = mountProblem()

function mountProblem(): string {
  if (process.getuid?.() !== 0) return ' (skipped: mounting a small disk needs root)'
  try {
    openSmallDisk(1).unmount()
    return ''
  } catch {
    return ' (skipped: this system does not let a tmpfs be mounted)'
  }
}

/** Mounts one. @throws when the system does not allow it. */
export function openSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'clientele-disk-'))
  const options = `size=${megabytes}m,mode=0755`
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path])
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true })
    throw new Error(`A tmpfs could not be mounted: ${mounted.stderr}`)
  }
  const ballast = join(path, 'ballast')
  return {
    path,
    fill: () => {
      const file = openSync(ballast, 'a')
      // Large pieces first, then what is left between them.
      for (const size of [1_048_576, 4_096]) writeUntilFull(file, Buffer.alloc(size, 1))
      closeSync(file)
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => {
      spawnSync('umount', ['-l', path])
      rmSync(path, { recursive: true, force: true })
    },
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    while (writeSync(file, piece) === piece.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
