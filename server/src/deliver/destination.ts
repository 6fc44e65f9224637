import type { Change, Transition } from './cloudEvent.ts'
import type { Vault } from './vault.ts'

export type Trigger = { segment: string; on: Change[] }

/** The part that is sealed at rest. */
export type Sealed = {
  /** The signing secret, `whsec_…`. */
  secret: string
  /** The one before it, still signed with until then (epoch ms). */
  previous: { secret: string; until: number } | null
  /** The settings that are secret, by key. */
  config: Record<string, unknown>
}

/** A destination as the database holds it. */
export type DestinationRow = {
  id: string
  workspace: number
  name: string
  kind: string
  config: Record<string, unknown>
  sealed: Uint8Array
  purpose: string
  channel: string | null
  triggers: Trigger[]
  enabled: boolean
  failures: number
  paused_until: Date | null
  created_at: Date
  updated_at: Date
}

export const DESTINATION_COLUMNS = `id, workspace, name, kind, config, sealed, purpose, channel,
  triggers, enabled, failures, paused_until, created_at, updated_at`

/** Opens what is sealed. @throws when CLIENTELE_SECRET has changed since. */
export function unseal(vault: Vault, row: Pick<DestinationRow, 'id' | 'sealed'>): Sealed {
  return vault.open(row.sealed, row.id) as Sealed
}

/** The settings whole, the secret ones included. */
export function wholeConfig(row: Pick<DestinationRow, 'config'>, sealed: Sealed) {
  return { ...row.config, ...sealed.config }
}

/** The secrets to sign with at `now` (epoch ms), the newest first. */
export function secretsInForce(sealed: Sealed, now: number): string[] {
  const { secret, previous } = sealed
  return previous !== null && previous.until > now ? [secret, previous.secret] : [secret]
}

/** Splits settings into those anybody may read and those that are sealed. */
export function splitConfig(config: Record<string, unknown>, secretKeys: readonly string[]) {
  const entries = Object.entries(config)
  return {
    open: Object.fromEntries(entries.filter(([key]) => !secretKeys.includes(key))),
    secret: Object.fromEntries(entries.filter(([key]) => secretKeys.includes(key))),
  }
}

/**
 * Whether a destination wants to hear of this change. A move is the exit from one class, the entry
 * into another, and a move within their segmentation.
 */
export function isTriggered(
  destination: Pick<DestinationRow, 'triggers'>,
  {
    segment,
    change,
    from,
    segmentation,
  }: Pick<Transition, 'segment' | 'change' | 'from' | 'segmentation'>,
): boolean {
  const said = [
    { id: segment.id, change: change === 'moved' ? 'entered' : change },
    ...(from ? [{ id: from.id, change: 'left' }] : []),
    ...(segmentation ? [{ id: segmentation.id, change }] : []),
  ]
  return destination.triggers.some((trigger) =>
    said.some((one) => one.id === trigger.segment && trigger.on.some((on) => on === one.change)),
  )
}
