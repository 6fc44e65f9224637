/**
 * Somebody else's webhook receiver: it verifies with the public library, and keeps what it took.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { listening, textOf } from './listening.ts'

export type Taken = {
  id: string
  key: string
  type: string
  segment: string
  identifiers: string[]
}

export type WebhookReceiver = {
  url: string
  /** Messages that were answered with 200, in their order. */
  taken: Taken[]
  /** Every message that arrived, those it had no answer for as well. */
  seen: Taken[]
  /** Why a message was not believed; must stay empty. */
  forged: string[]
  /** Verify with this secret from now on. */
  trust(secret: string): void
  /** Answers a first attempt for which this is true with 503. */
  failOnce(when: (message: Taken) => boolean): void
  close(): Promise<void>
}

type Body = {
  type: string
  data: {
    idempotencyKey: string
    segment: { id: string }
    profile: { identifiers: { namespace: string; value: string }[] }
  }
}

/** Opens a receiver on this machine. */
export async function openWebhookReceiver(): Promise<WebhookReceiver> {
  const taken: Taken[] = []
  const seen: Taken[] = []
  const forged: string[] = []
  let webhook: Webhook | null = null
  let fails: (message: Taken) => boolean = () => false
  const server = createServer(async (request, response) => {
    const text = await textOf(request)
    const fault = verify(webhook, text, request)
    if (fault !== null) {
      forged.push(fault)
      response.writeHead(400).end()
      return
    }
    const message = read(String(request.headers['webhook-id']), JSON.parse(text) as Body)
    const isFirst = seen.every(({ id }) => id !== message.id)
    seen.push(message)
    if (isFirst && fails(message)) {
      response.writeHead(503).end()
      return
    }
    taken.push(message)
    response.writeHead(200).end('{}')
  })
  const { url, close } = await listening(server)
  return {
    url: `${url}/hook`,
    taken,
    seen,
    forged,
    trust: (secret) => {
      webhook = new Webhook(secret)
    },
    failOnce: (when) => {
      fails = when
    },
    close,
  }
}

function verify(webhook: Webhook | null, text: string, request: IncomingMessage): string | null {
  if (!webhook) return 'No secret is known yet.'
  try {
    webhook.verify(text, request.headers as Record<string, string>)
    return null
  } catch (error) {
    return String(error)
  }
}

function read(id: string, { type, data }: Body): Taken {
  const identifiers = data.profile.identifiers.map(
    ({ namespace, value }) => `${namespace}:${value}`,
  )
  return { id, type, key: data.idempotencyKey, segment: data.segment.id, identifiers }
}
