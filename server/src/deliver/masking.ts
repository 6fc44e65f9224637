import { maskIdentifier, maskTrait } from '../workspace/index.ts'
import type { AttemptView } from './schema.ts'

/** A message's body for somebody who may not see personal data: JSON text in, JSON text out. */
export function maskBody(body: string): string {
  return JSON.stringify(maskPayload(parsed(body)))
}

/** A message's payload without personal data: identifiers and traits of the profile are masked. */
export function maskPayload(payload: unknown): unknown {
  const masked = maskTrait('payload', payload) as {
    data?: { profile?: { identifiers?: { namespace: string; value: string }[] } }
  } | null
  const identifiers = masked?.data?.profile?.identifiers
  if (!Array.isArray(identifiers)) return masked
  for (const one of identifiers) one.value = maskIdentifier(one.namespace, one.value)
  return masked
}

/** What a receiver answers may repeat what it was sent: its text is masked as well. */
export function maskAttempt(attempt: AttemptView): AttemptView {
  const { request, response } = attempt
  return {
    ...attempt,
    request: { ...request, body: maskBody(request.body) },
    response: response && { ...response, body: String(maskTrait('body', response.body)) },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
