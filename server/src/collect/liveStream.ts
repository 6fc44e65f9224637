/** The live debugger's stream: server-sent events of one viewer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LiveEvents } from './live.ts'
import type { LiveMessage } from './liveMessage.ts'

export type LiveFilter = {
  source?: string | undefined
  state?: LiveMessage['state'] | undefined
  q?: string | undefined
}

/** True when the message is one that the viewer asked for. */
export function passes(message: LiveMessage, { source, state, q }: LiveFilter): boolean {
  if (source !== undefined && message.source.id !== source) return false
  if (state !== undefined && message.state !== state) return false
  if (q === undefined || q === '') return true
  const wanted = q.toLowerCase()
  const shown = [message.event, message.messageId, message.source.name, message.raw]
  return shown.some((text) => text?.toLowerCase().includes(wanted))
}

/** A viewer that reads slower than events come misses some rather than fill our memory. */
const unsentBytesMax = 1024 * 1024

export type LiveViewer = {
  workspaces: readonly number[]
  filter: LiveFilter
  /** Applied to each message: masks what the viewer may not see. */
  shown: (message: LiveMessage) => LiveMessage
}

/** Streams `message` and, each second, `rate` events until the viewer leaves. */
export function streamLive(
  live: LiveEvents,
  viewer: LiveViewer,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Proxies must not hold the stream back.
    'x-accel-buffering': 'no',
  })
  const write = (event: string, data: unknown) => {
    if (response.writableLength > unsentBytesMax) return
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const leave = live.subscribe(viewer.workspaces, (message) => {
    // The filter sees what the viewer sees, or it would tell masked values by guessing.
    const shown = viewer.shown(message)
    if (passes(shown, viewer.filter)) write('message', shown)
  })
  let before = live.totals(viewer.workspaces)
  const timer = setInterval(() => {
    const after = live.totals(viewer.workspaces)
    write('rate', {
      acceptedPerSecond: after.accepted - before.accepted,
      rejectedPerSecond: after.rejected - before.rejected,
      flaggedPerSecond: after.flagged - before.flagged,
    })
    before = after
  }, 1_000)
  timer.unref()
  write('rate', { acceptedPerSecond: 0, rejectedPerSecond: 0, flaggedPerSecond: 0 })
  request.on('close', () => {
    clearInterval(timer)
    leave()
    response.end()
  })
}
