import type { TSchema } from 'typebox'
import type { LocalText } from '../privacy/index.ts'
import type { Outgoing, Sent } from './outgoing.ts'

/** What is to be sent, whatever the destination. */
export type Message = {
  /** The same for every attempt: receivers drop what they have seen. */
  id: string
  /** The idempotency key of the transition. */
  key: string
  /** Of this attempt, epoch ms. */
  at: number
  /** A CloudEvent as JSON text. */
  body: string
  /** Signing secrets in force, the newest first. */
  secrets: readonly string[]
}

/** A request as it is kept and shown: secrets are replaced by dots. */
export type KeptRequest = {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

/**
 * A kind of destination: one file that says what is set, how it is said in words and how a message
 * is sent. Nothing else in the program asks which kind a destination is.
 */
export type DestinationKind = {
  kind: string
  /** The settings; the keys in `secretKeys` are sealed at rest and shown to admins only. */
  schema: TSchema
  secretKeys: readonly string[]
  /** The settings in one line, for lists. */
  describe(config: unknown): LocalText
  /** @throws Problem 400 when messages could never arrive with these settings. */
  check(config: unknown, network: { allowPrivateNetwork: boolean }): void
  send(
    message: Message,
    config: unknown,
    outgoing: Outgoing,
  ): Promise<{ request: KeptRequest; sent: Sent }>
}
