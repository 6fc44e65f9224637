import type { Actor } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { may } from '../workspace/index.ts'
import { type DestinationRow, unseal, wholeConfig } from './destination.ts'
import { destinationKind } from './kinds/index.ts'
import type { DestinationView } from './schema.ts'
import { noStats, readStats } from './stats.ts'
import type { Vault } from './vault.ts'

const HIDDEN = '••••••'

/** Destinations as the actor may see them: secrets only for those who may change them. */
export async function viewsOfDestinations(
  { deps, vault }: { deps: Deps; vault: Vault },
  actor: Actor,
  rows: readonly DestinationRow[],
): Promise<DestinationView[]> {
  const stats = await readStats(deps.postgres, {
    destinations: rows.map(({ id }) => id),
    now: deps.clock.now(),
  })
  const all = may(actor, 'destinations:write')
  return rows.map((row) => {
    const kind = destinationKind(row.kind)
    const sealed = unseal(vault, row)
    const config = wholeConfig(row, sealed)
    const hidden = kind.secretKeys.filter((key) => key in config).map((key) => [key, HIDDEN])
    return {
      id: row.id,
      name: row.name,
      kind: row.kind,
      description: kind.describe(config),
      config: all ? config : { ...config, ...Object.fromEntries(hidden) },
      secret: all ? sealed.secret : null,
      purpose: row.purpose,
      channel: row.channel,
      triggers: row.triggers,
      enabled: row.enabled,
      failures: row.failures,
      pausedUntil: row.paused_until?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
      stats: stats.get(row.id) ?? noStats,
    }
  })
}

export async function viewOfDestination(
  store: { deps: Deps; vault: Vault },
  actor: Actor,
  row: DestinationRow,
): Promise<DestinationView> {
  const [view] = await viewsOfDestinations(store, actor, [row])
  if (!view) throw new Error('A destination without a view.')
  return view
}
