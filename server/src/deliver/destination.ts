import type { Change } from './cloudEvent.ts'
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

/** Whether a destination wants to hear of this change. */
export function isTriggered(
  destination: Pick<DestinationRow, 'triggers'>,
  transition: { segment: { id: string }; change: Change },
): boolean {
  return destination.triggers.some(
    ({ segment, on }) => segment === transition.segment.id && on.includes(transition.change),
  )
}
