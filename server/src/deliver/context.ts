import type { Config } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import type { ProfileView } from './cloudEvent.ts'
import type { Outcome } from './outcome.ts'
import { type Outgoing, openOutgoing, type SendError } from './outgoing.ts'
import { openVault, type Vault } from './vault.ts'

/** The profile of today behind any of its ids; null when there is none. */
export type ReadProfile = (deps: Deps, workspace: number, id: string) => Promise<ProfileView | null>

/** Who wants to know what is delivered, for figures; it hears, and changes nothing. */
export type DeliverObserver = {
  /** An attempt was made. `startedAt` of `performance.now`; `trace`: the request behind it. */
  attempted(info: {
    kind: string
    outcome: Outcome['state']
    status: number | null
    error: SendError | null
    startedAt: number
    ms: number
    trace?: string | undefined
  }): void
  /** A round or an attempt broke off: an engine did not answer. */
  fault(): void
}

/** What sending needs besides the usual. */
export type Sending = {
  deps: Deps
  readProfile: ReadProfile
  outgoing: Outgoing
  vault: Vault
  observe?: DeliverObserver | undefined
}

/** Opens the vault and, unless one is given, the way out. @throws without CLIENTELE_SECRET. */
export function openSending(
  deps: Deps,
  options: { readProfile: ReadProfile; outgoing?: Outgoing; observe?: DeliverObserver },
): Sending {
  const { readProfile, observe } = options
  const outgoing =
    options.outgoing ?? openOutgoing({ allowPrivateNetwork: deps.config.allowPrivateNetwork })
  return { deps, readProfile, outgoing, vault: vaultOf(deps.config), observe }
}

function vaultOf(config: Config): Vault {
  if (config.secret === null) {
    throw new Error(
      'Destinations need CLIENTELE_SECRET to keep their signing secrets. Set it and start again.',
    )
  }
  return openVault(config.secret)
}
