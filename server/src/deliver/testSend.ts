import { conflict, notFound } from '../platform/errors.ts'
import { decideConsents } from '../privacy/index.ts'
import { type ProfileView, testEvent } from './cloudEvent.ts'
import type { Sending } from './context.ts'
import { type DestinationRow, secretsInForce, unseal, wholeConfig } from './destination.ts'
import { destinationKind } from './kinds/index.ts'
import { reasonText } from './reasons.ts'
import { messageId } from './signature.ts'

/** Somebody who does not exist, so that a test never sends a customer's data by accident. */
const sample: ProfileView = {
  id: '00000000-0000-7000-8000-000000000000',
  identifiers: [
    { namespace: 'user_id', value: 'test-1' },
    { namespace: 'email', value: 'camille.martin@example.org' },
  ],
  traits: {
    firstName: { value: 'Camille' },
    lastName: { value: 'Martin' },
    city: { value: 'Lyon' },
  },
}

/**
 * Sends one message now, outside the queue and the log, and shows both sides of it. With a profile
 * it is a real message about a real person, so consent is asked as for any other.
 * @throws Problem 404 for an unknown profile, 409 when consent refuses it.
 */
export async function testSend(
  sending: Sending,
  destination: DestinationRow,
  profileId: string | null,
) {
  const { deps, vault, outgoing } = sending
  const profile = profileId === null ? sample : await consenting(sending, destination, profileId)
  const key = `test:${deps.newId()}`
  const id = messageId(destination.id, key)
  const at = deps.clock.now()
  const sealed = unseal(vault, destination)
  const body = testEvent({ id, key, workspace: destination.workspace, at }, profile)
  const { request, sent } = await destinationKind(destination.kind).send(
    { id, key, at, body, secrets: secretsInForce(sealed, at) },
    wholeConfig(destination, sealed),
    outgoing,
  )
  const tookMs = deps.clock.now() - at
  return {
    request,
    response: sent.answer && { ...sent.answer, tookMs },
    error: sent.error === null ? null : { code: sent.error, text: reasonText(sent.error) },
  }
}

async function consenting(sending: Sending, destination: DestinationRow, profileId: string) {
  const { deps, readProfile } = sending
  const { workspace, purpose, channel } = destination
  const profile = await readProfile(deps, workspace, profileId)
  if (profile === null) throw notFound('There is no such profile.')
  const question = { profile: profile.id, purpose, channel }
  const [decision] = await decideConsents(deps.postgres, workspace, [question])
  if (!decision?.allowed) {
    const reason = decision?.reason ?? 'consent_missing'
    throw conflict(reason, reasonText(reason).en)
  }
  return profile
}
