import { createServer, type IncomingMessage } from 'node:http'
import { listening, textOf } from '../test/listening.ts'

/** One message that arrived, as often as it arrived. */
export type Arrived = {
  destination: string
  webhookId: string
  key: string
  segment: string
  change: string
  body: string
}

export type Receiver = {
  /** Where a destination with this name sends to. */
  url(destination: string): string
  arrived: Arrived[]
  close(): Promise<void>
}

/** Somebody else's server that takes every message and keeps all of them. */
export async function openReceiver(): Promise<Receiver> {
  const arrived: Arrived[] = []
  const server = createServer(async (request, response) => {
    try {
      arrived.push(read(request, await textOf(request)))
      response.writeHead(200).end('{}')
    } catch {
      // The sender was killed in the middle of its message.
      response.destroy()
    }
  })
  const { url, close } = await listening(server)
  return { url: (destination) => `${url}/${destination}`, arrived, close }
}

type Body = { data: { idempotencyKey: string; segment: { id: string }; change: string } }

function read(request: IncomingMessage, text: string): Arrived {
  const { data } = JSON.parse(text) as Body
  return {
    destination: (request.url ?? '/').slice(1),
    webhookId: String(request.headers['webhook-id']),
    key: data.idempotencyKey,
    segment: data.segment.id,
    change: data.change,
    body: text,
  }
}
