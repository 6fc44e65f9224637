/** What somebody who may not see personal data is shown of an event. */
import { maskIdentifier, maskTrait } from '../workspace/index.ts'
import type { LiveMessage } from './liveMessage.ts'

/** Shown instead of a text that cannot be read, so that nothing personal hides in it. */
const unreadable = '•••'

/** The message with its identifiers and its raw text masked. */
export function maskMessage(message: LiveMessage): LiveMessage {
  const identifiers = message.identifiers.map(({ namespace, value }) => ({
    namespace,
    value: maskIdentifier(namespace, value),
  }))
  const summary = String(maskTrait('summary', message.summary))
  return { ...message, identifiers, summary, raw: maskRaw(message.raw) }
}

/** The JSON text with its personal values masked; text that is no JSON is hidden as a whole. */
export function maskRaw(raw: string): string {
  if (raw === '') return raw
  try {
    return JSON.stringify(maskTrait('event', JSON.parse(raw)))
  } catch {
    // A sample may be cut in its middle: what cannot be parsed cannot be masked.
    return unreadable
  }
}
