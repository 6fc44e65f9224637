import type { Config } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import type { ProfileView } from './cloudEvent.ts'
import { type Outgoing, openOutgoing } from './outgoing.ts'
import { openVault, type Vault } from './vault.ts'

/** The profile of today behind any of its ids; null when there is none. */
export type ReadProfile = (deps: Deps, workspace: number, id: string) => Promise<ProfileView | null>

/** What sending needs besides the usual. */
export type Sending = { deps: Deps; readProfile: ReadProfile; outgoing: Outgoing; vault: Vault }

/** Opens the vault and, unless one is given, the way out. @throws without CLIENTELE_SECRET. */
export function openSending(
  deps: Deps,
  options: { readProfile: ReadProfile; outgoing?: Outgoing },
): Sending {
  const { readProfile } = options
  const outgoing =
    options.outgoing ?? openOutgoing({ allowPrivateNetwork: deps.config.allowPrivateNetwork })
  return { deps, readProfile, outgoing, vault: vaultOf(deps.config) }
}

function vaultOf(config: Config): Vault {
  if (config.secret === null) {
    throw new Error(
      'Destinations need CLIENTELE_SECRET to keep their signing secrets. Set it and start again.',
    )
  }
  return openVault(config.secret)
}
