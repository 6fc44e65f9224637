import type { Delimiter } from './parse.ts'

export type ReadFile = {
  name: string
  headers: string[]
  rows: string[][]
  delimiter: Delimiter
}

/** Reads a CSV file in a worker. Rejects when it cannot be read. */
export function readCsvFile(file: File): Promise<ReadFile> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./csv-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = (event: MessageEvent<Omit<ReadFile, 'name'>>) => {
      worker.terminate()
      resolve({ name: file.name, ...event.data })
    }
    worker.onerror = (event) => {
      worker.terminate()
      reject(new Error(event.message))
    }
    worker.postMessage({ file })
  })
}
