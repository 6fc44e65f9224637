import type { Event } from '../collect/index.ts'
import {
  type Document,
  emptyDocument,
  emptyFragment,
  type FoldContext,
  type Fragment,
  foldEvent,
  fragmentKey,
  mergeFragment,
  type StoredProfile,
  type StreamKeep,
} from '../profile/index.ts'
import {
  changedOwners,
  type DeviceChange,
  ownerAt,
  ownershipDiffers,
  soleOwner,
} from '../resolve/index.ts'
import type { ReadAgain } from './readAgain.ts'

type KeepOf = (stream: number) => StreamKeep | undefined

/** The documents a batch works on. All of them are locked; what was touched is written back. */
export class WorkingSet {
  readonly #stored: Map<string, StoredProfile>
  readonly #fragments = new Map<string, Map<string, Fragment>>()
  readonly touched = new Set<string>()
  /** Profiles that took in, or gave away, fragments of another one. */
  readonly reshaped = new Set<string>()
  /** Profile that lost its last fragment → the one that took it. */
  readonly absorbed = new Map<string, string>()

  constructor(stored: Map<string, StoredProfile>) {
    this.#stored = stored
  }

  document(profile: string): Document {
    return this.#row(profile, 'person').document
  }

  #row(profile: string, kind: 'person' | 'account'): StoredProfile {
    const held = this.#stored.get(profile)
    if (held) return held
    const made = { id: profile, version: 0, document: emptyDocument(kind) }
    this.#stored.set(profile, made)
    return made
  }

  /** The fragment of a key in a profile, made when it is not there yet. */
  fragment(
    profile: string,
    key: { owner: string; via: string | null },
    kind: 'person' | 'account' = 'person',
  ): Fragment {
    const { document } = this.#row(profile, kind)
    const index = this.#index(profile, document)
    const held = index.get(fragmentKey(key))
    this.touched.add(profile)
    if (held) return held
    const made = emptyFragment(key.owner, key.via)
    document.fragments.push(made)
    index.set(fragmentKey(key), made)
    return made
  }

  #index(profile: string, document: Document): Map<string, Fragment> {
    const held =
      this.#fragments.get(profile) ??
      new Map(document.fragments.map((fragment) => [fragmentKey(fragment), fragment]))
    this.#fragments.set(profile, held)
    return held
  }

  /** Takes a fragment out of its profile. */
  remove(profile: string, fragment: Fragment): void {
    const { document } = this.#row(profile, 'person')
    document.fragments = document.fragments.filter((one) => one !== fragment)
    this.#index(profile, document).delete(fragmentKey(fragment))
    this.touched.add(profile)
    this.reshaped.add(profile)
  }

  /** Adds a fragment to a profile under the owner it has from now on. */
  add(profile: string, fragment: Fragment, keepOf: KeepOf): void {
    mergeFragment(this.fragment(profile, fragment), fragment, keepOf)
    this.reshaped.add(profile)
  }

  /** Moves a fragment, and remembers who took in a profile that is empty now. */
  move(fragment: Fragment, from: string, to: { profile: string; owner: string }, keepOf: KeepOf) {
    this.remove(from, fragment)
    this.add(to.profile, { ...fragment, owner: to.owner }, keepOf)
    if (from !== to.profile && this.document(from).fragments.length === 0) {
      this.absorbed.set(from, to.profile)
    }
  }

  changed(): StoredProfile[] {
    return [...this.touched].flatMap((id) => this.#stored.get(id) ?? [])
  }
}

/** Moves the fragments of identifiers that belong to another profile now. */
export function moveFragments(
  set: WorkingSet,
  moved: readonly { identifier: string; from: string; to: string }[],
  keepOf: KeepOf,
): void {
  for (const { identifier, from, to } of moved) {
    if (from === to) continue
    for (const fragment of [...set.document(from).fragments]) {
      if (fragment.owner !== identifier) continue
      set.move(fragment, from, { profile: to, owner: identifier }, keepOf)
    }
  }
}

/** Profiles that give or take events of a device whose logins changed; none when none does. */
export function profilesOfDevice(
  { device, before, after }: DeviceChange,
  profileOf: (identifier: string) => string,
): string[] {
  const owners = [...changedOwners(before, after)]
  return [...new Set(owners.map((owner) => (owner === null ? device : profileOf(owner))))]
}

/**
 * Gives the events of a device to their owners of today. Usually a whole fragment has one owner
 * and moves; where it has several, its events are read from the log and folded again.
 * @returns the events that were read again.
 */
export async function followLogins(
  set: WorkingSet,
  change: DeviceChange,
  tools: {
    profileOf: (identifier: string) => string
    keepOf: KeepOf
    readAgain: ReadAgain
    fold: FoldContext
  },
): Promise<ReadEvent[]> {
  const read: ReadEvent[] = []
  const profiles = profilesOfDevice(change, tools.profileOf)
  for (const profile of profiles) {
    for (const fragment of [...set.document(profile).fragments]) {
      if (fragment.via !== change.device) continue
      if (!ownershipDiffers(change.before, change.after, fragment)) continue
      const sole = soleOwner(change.after, fragment.first, fragment.last)
      if (sole === undefined && !fragment.journalCapped) {
        read.push(...(await refold(set, { profile, fragment, change }, tools)))
        continue
      }
      // A journal beyond its cap can't be divided: it follows its last event, flagged as capped.
      const owner = (sole ?? ownerAt(change.after, fragment.last)) || change.device
      const to = { profile: tools.profileOf(owner), owner }
      if (owner === fragment.owner || !profiles.includes(to.profile)) continue
      set.move(fragment, profile, to, tools.keepOf)
    }
  }
  return read
}

/** An event of a device that was read again, and whose it is now. */
export type ReadEvent = { event: Event; device: string; owner: string }

async function refold(
  set: WorkingSet,
  at: { profile: string; fragment: Fragment; change: DeviceChange },
  tools: Parameters<typeof followLogins>[2],
): Promise<ReadEvent[]> {
  const { device, after } = at.change
  set.remove(at.profile, at.fragment)
  const pieces = new Map<string, Fragment>()
  const read: ReadEvent[] = []
  for (const arrival of await tools.readAgain(at.fragment.journal)) {
    const owner = ownerAt(after, arrival.event.time) ?? device
    const piece = pieces.get(owner) ?? emptyFragment(owner, device)
    pieces.set(owner, piece)
    read.push({ event: arrival.event, device, owner })
    foldEvent(piece, arrival, tools.fold)
  }
  for (const [owner, piece] of pieces) {
    const to = tools.profileOf(owner)
    set.add(to, piece, tools.keepOf)
    if (to !== at.profile && set.document(at.profile).fragments.length === 0) {
      set.absorbed.set(at.profile, to)
    }
  }
  return read
}
