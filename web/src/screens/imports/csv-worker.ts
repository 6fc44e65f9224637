import { decodeFile, detectDelimiter, parseCsv } from './parse.ts'

/** Reads a file off the main thread, so that the page stays alive on a large one. */
self.onmessage = async (event: MessageEvent<{ file: File }>) => {
  const text = decodeFile(new Uint8Array(await event.data.file.arrayBuffer()))
  const delimiter = detectDelimiter(text)
  const [headers = [], ...rows] = parseCsv(text, delimiter)
  self.postMessage({ headers, rows, delimiter })
}
