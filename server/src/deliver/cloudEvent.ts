import type { LocalText } from '../privacy/index.ts'

type Ref = { id: string; name: string | LocalText }

/** What the flow wrote to the outbox when a profile entered or left a segment. */
export type Transition = {
  /** Of a move: the class that was entered. */
  segment: Ref
  change: Change
  /** Of a move: the class that was left. */
  from?: Ref
  /** Of a class: the segmentation that it belongs to. */
  segmentation?: Ref
  /** Of a stay: how long the member had been one. */
  stayedSeconds?: number
  /** ISO 8601, UTC. */
  at: string
  /** Version of the segment's rule. */
  version: number
  profile: string
  cause?: unknown
  /** `traceparent` of the request that brought it about, when that was traced; not sent. */
  trace?: string
}

/** `moved`: from one class of a segmentation to another; `stayed`: for a time that it asks for. */
export type Change = 'entered' | 'left' | 'moved' | 'stayed'

/** What a receiver is told about the person. */
export type ProfileView = {
  id: string
  identifiers: readonly { namespace: string; value: string }[]
  traits: Readonly<Record<string, { value: unknown }>>
}

/** The CloudEvents 1.0 body of a segment transition, as JSON text. */
export function segmentEvent(
  message: { id: string; key: string; workspace: number },
  transition: Transition,
  profile: ProfileView,
): string {
  return JSON.stringify({
    specversion: '1.0',
    id: message.id,
    source: source(message.workspace),
    type: `clientele.segment.${transition.change}`,
    time: transition.at,
    subject: profile.id,
    datacontenttype: 'application/json',
    data: {
      idempotencyKey: message.key,
      segment: transition.segment,
      change: transition.change,
      ...(transition.from ? { from: transition.from } : {}),
      ...(transition.segmentation ? { segmentation: transition.segmentation } : {}),
      ...(transition.stayedSeconds === undefined
        ? {}
        : { stayedSeconds: transition.stayedSeconds }),
      version: transition.version,
      cause: transition.cause ?? null,
      profile: plainProfile(profile),
    },
  })
}

/** The body of a test send: it looks like a real one, and its type says that it is none. */
export function testEvent(
  message: { id: string; key: string; workspace: number; at: number },
  profile: ProfileView | null,
): string {
  return JSON.stringify({
    specversion: '1.0',
    id: message.id,
    source: source(message.workspace),
    type: 'clientele.test',
    time: new Date(message.at).toISOString(),
    ...(profile ? { subject: profile.id } : {}),
    datacontenttype: 'application/json',
    data: {
      idempotencyKey: message.key,
      segment: { id: 'test', name: { fr: 'Envoi de test', en: 'Test delivery' } },
      change: 'entered',
      version: 1,
      cause: null,
      profile: profile ? plainProfile(profile) : null,
    },
  })
}

const source = (workspace: number) => `urn:clientele:workspace:${workspace}`

function plainProfile({ id, identifiers, traits }: ProfileView) {
  return {
    id,
    identifiers: identifiers.map(({ namespace, value }) => ({ namespace, value })),
    traits: Object.fromEntries(Object.entries(traits).map(([key, trait]) => [key, trait.value])),
  }
}
