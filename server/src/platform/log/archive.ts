import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where old blocks go: the same bytes, found by name, replaceable as a whole. */
export type Archive = {
  put(name: string, bytes: Buffer): Promise<void>
  get(name: string): Promise<Buffer>
  remove(name: string): Promise<void>
}

/** An archive of files below `folder`; a file is whole or not there, also after a crash. */
export function fileArchive(folder: string): Archive {
  return {
    put: async (name, bytes) => {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      const draft = `${path}.draft`
      await writeFile(draft, bytes, { flush: true })
      await rename(draft, path)
    },
    get: (name) => readFile(join(folder, name)),
    remove: (name) => unlink(join(folder, name)),
  }
}
