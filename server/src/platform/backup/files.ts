import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, type Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'

/** A file of a backup: its path below the backup's folder, and what it must be. */
export type KeptFile = { path: string; bytes: number; sha256: string }

/** Writes one file of a backup, compressed, as `fill` gives it. Only its owner can read it. */
export async function writeKept(
  folder: string,
  path: string,
  fill: (into: Writable) => Promise<void>,
): Promise<KeptFile> {
  const into = new PassThrough()
  const meter = openMeter()
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const written = pipeline(
    into,
    createZstdCompress(),
    meter.stream,
    createWriteStream(file, { mode: 0o600, flags: 'wx', flush: true }),
  )
  const filled = fill(into).then(
    () => into.end(),
    (error: Error) => into.destroy(error),
  )
  await Promise.all([written, filled])
  return { path, ...meter.read() }
}

/** Copies a file as it is, to the same path below another folder; `under` is put before it. */
export async function copyKept(copy: {
  from: string
  path: string
  folder: string
  under: string
}): Promise<KeptFile> {
  const path = join(copy.under, copy.path)
  const file = join(copy.folder, path)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const meter = openMeter()
  // Aside first: a copy that was broken off is begun again, and never taken for a whole one.
  const draft = `${file}.draft`
  const into = createWriteStream(draft, { mode: 0o600, flush: true })
  await pipeline(createReadStream(join(copy.from, copy.path)), meter.stream, into)
  await rename(draft, file)
  return { path, ...meter.read() }
}

/** The content of a file of a backup, unpacked. */
export function readKept(folder: string, { path }: Pick<KeptFile, 'path'>): Readable {
  const unpacked = createZstdDecompress()
  createReadStream(join(folder, path))
    .on('error', (error) => unpacked.destroy(error))
    .pipe(unpacked)
  return unpacked
}

/** @throws when the file is missing, cut short or changed. */
export async function assertWhole(folder: string, kept: KeptFile): Promise<void> {
  const meter = openMeter()
  await pipeline(createReadStream(join(folder, kept.path)), meter.stream, async (chunks) => {
    for await (const _ of chunks);
  })
  const { bytes, sha256 } = meter.read()
  if (bytes === kept.bytes && sha256 === kept.sha256) return
  throw new Error(
    `${kept.path} is not as it was written: the backup is damaged. Take another copy of it.`,
  )
}

/** Counts and digests what flows through. */
function openMeter() {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      hash.update(chunk)
      done(null, chunk)
    },
  })
  return { stream, read: () => ({ bytes, sha256: hash.digest('hex') }) }
}
