import { createHash, createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** Writes a signing secret in the form of Standard Webhooks. `bytes`: 24 to 64 random bytes. */
export function signingSecret(bytes: Uint8Array): string {
  return PREFIX + Buffer.from(bytes).toString('base64')
}

/**
 * The `webhook-signature` header of Standard Webhooks: one signature for each secret, so that a
 * receiver may hold the new or the old one while they change. `timestamp`: seconds since 1970.
 */
export function signature(
  message: { id: string; timestamp: number; body: string },
  secrets: readonly string[],
): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
      const signed = `${message.id}.${message.timestamp}.${message.body}`
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
    })
    .join(' ')
}

/**
 * The `webhook-id` of a delivery: a function of the destination and of the idempotency key, so it
 * is the same for every retry, every replay and every worker that repeats what a dead one began.
 */
export function messageId(destination: string, key: string): string {
  const digest = createHash('sha256').update(`${destination} ${key}`).digest('base64url')
  return `msg_${digest.replaceAll(/[-_]/g, '').slice(0, 27)}`
}
