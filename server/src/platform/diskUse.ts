import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of all files below a folder; null when there is no such folder here. */
export async function folderBytes(folder: string): Promise<number | null> {
  let bytes = 0
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += await fileBytes(join(entry.parentPath, entry.name))
    }
    return bytes
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Bytes free and in all on the disk that holds the folder. */
export async function diskSpace(folder: string): Promise<{ free: number; size: number }> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, size: blocks * bsize }
}

/** A file that went away while we looked takes no room. */
async function fileBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
