import { reserved } from '../collect/index.ts'
import type { Deps } from '../platform/deps.ts'
import { consentsOfProfile } from '../privacy/index.ts'
import { factsOf, typed } from '../profile/index.ts'
import { identifierText, parseIdentifier, type Registered } from '../resolve/index.ts'
import type { WorkspaceDefinitions } from '../segment/index.ts'
import { maskIdentifier } from '../workspace/index.ts'
import type { Dossier, Dossiers } from './document.ts'
import { iso } from './history.ts'
import { maskPath } from './masking.ts'
import type { Ref } from './names.ts'
import { maskName, personName } from './personName.ts'
import { maskObjects, objectViews } from './profileObjects.ts'
import type { IdentifierView, ProfileView, TraitView } from './schema.ts'
import { typeName } from './typeName.ts'

/**
 * The profile behind an id (today's or a former one) or `namespace:value`, unmasked; null when
 * there is none. Reads PostgreSQL only.
 */
export async function readProfile(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  dossiers: Dossiers,
  question: { workspace: number; text: string },
): Promise<ProfileView | null> {
  const sql = deps.postgres
  const { workspace } = question
  const now = deps.clock.now()
  const dossier = await dossiers.find(sql, { ...question, now })
  if (!dossier) return null
  const [{ sources, segments, definitions }, consents] = await Promise.all([
    dossiers.settings(sql, { workspace, now }),
    consentsOfProfile(sql, workspace, dossier.around),
  ])
  return {
    ...head(dossier),
    ...activity(dossier),
    traits: {
      ...traitViews(dossier, sources),
      ...computedViews(dossier, definitions, now),
    },
    objects: objectViews(dossier, sources),
    identifiers: identifierViews(dossier),
    segments: [...dossier.document.segments].flatMap(([segment, enteredAt]) => {
      const named = segments.get(segment)
      return named ? [{ ...named, enteredAt: iso(enteredAt) }] : []
    }),
    consents: consents.map(({ at, source, ...consent }) => ({
      ...consent,
      at: iso(at),
      source: sources(Number(source)),
    })),
    flags: dossier.around.evidence.some(({ state }) => state === 'refused') ? ['refused_link'] : [],
  }
}

function head({ id, document, facts, registry, identifiers, namespaces }: Dossier) {
  const trait = (key: string) => facts.traits.get(registry.idOf('trait', key) ?? -1)?.value
  const isKnown = identifiers.some(({ namespace }) => namespaces(namespace).scope === 'person')
  const personKind = isKnown ? ('known' as const) : ('anonymous' as const)
  return {
    id,
    aliases: identifiers
      .filter((one) => one.profile === id && one.id !== id)
      .map((one) => one.id)
      .sort(),
    kind: document.kind === 'account' ? ('account' as const) : personKind,
    name: personName(trait),
  }
}

function activity({ facts, registry }: Dossier) {
  const eventCounts = [...facts.events]
    .map(([event, { count, first, last }]) => ({
      event: registry.nameOf('event', event),
      count,
      first: iso(first),
      last: iso(last),
    }))
    .sort((x, y) => y.count - x.count)
  return {
    firstSeen: Number.isFinite(facts.first) ? iso(facts.first) : null,
    lastSeen: Number.isFinite(facts.last) ? iso(facts.last) : null,
    eventCount: eventCounts.reduce((sum, { count }) => sum + count, 0),
    eventCounts,
  }
}

function traitViews(
  { facts, registry }: Dossier,
  sources: (source: number) => Ref | null,
): Record<string, TraitView> {
  const views = [...facts.traits].flatMap(([trait, held]): [string, TraitView][] => {
    const value = typed(held.value)
    // A value that was taken back is no trait any more.
    if (held.value === null || value === null) return []
    const view = {
      value: held.value,
      type: typeName(value),
      source: sources(held.source),
      event: registry.nameOf('event', held.event),
      time: iso(held.at),
    }
    const name = registry.nameOf('trait', trait)
    return reserved.isReserved(name) ? [] : [[name, view]]
  })
  return Object.fromEntries(views.sort(([x], [y]) => (x < y ? -1 : 1)))
}

/** Computed at this instant: there is no stored value that could have grown old. */
function computedViews(
  { document, registry }: Dossier,
  definitions: WorkspaceDefinitions,
  now: number,
): Record<string, TraitView> {
  if (definitions.computed.size === 0 || document.kind === 'account') return {}
  const facts = factsOf(document, definitions.keepOf)
  const values = definitions.readComputed({ facts, registry, now })
  return Object.fromEntries(
    values.map(({ key, value, type, newest, id, ...of }): [string, TraitView] => {
      const time = iso(newest ?? now)
      return [key, { value, type, source: null, event: null, time, computed: { id, ...of } }]
    }),
  )
}

const UUID_TIME_DIGITS = 12

/** When an identifier was first accepted: its birth id says so. Epoch ms. */
export function birthOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, UUID_TIME_DIGITS), 16)
}

function identifierViews(dossier: Dossier): IdentifierView[] {
  const { namespaces, identifiers } = dossier
  const evidence = evidenceTimes(dossier)
  const views = identifiers.map((one) => {
    const moments = momentsOf(one, dossier)
    const first = Math.min(birthOf(one.id), ...moments, evidence.get(one.id) ?? Infinity)
    return {
      namespace: one.namespace,
      value: one.value,
      scope: namespaces(one.namespace).scope,
      firstSeen: iso(first),
      lastSeen: iso(Math.max(...moments, evidence.get(one.id) ?? first, first)),
    }
  })
  const rank = (view: IdentifierView) => namespaces(view.namespace).priority
  return views.sort((x, y) => rank(x) - rank(y) || (x.firstSeen < y.firstSeen ? -1 : 1))
}

/** Event times at which an identifier was named: by its events, by the trait that repeats it. */
function momentsOf(one: Registered, { document, facts, registry }: Dossier): number[] {
  const own = document.fragments.filter(({ owner, via }) => (via ?? owner) === one.id)
  const times = own.flatMap(({ first, last }) => [first, last]).filter(Number.isFinite)
  const trait = facts.traits.get(registry.idOf('trait', one.namespace) ?? -1)
  const named = trait && parseIdentifier(`${one.namespace}:${String(trait.value)}`)
  if (named && identifierText(named) === identifierText(one)) times.push(trait.at)
  return times
}

/** When evidence first spoke of each identifier, in epoch ms. */
function evidenceTimes({ around: { evidence } }: Dossier): Map<string, number> {
  const first = new Map<string, number>()
  for (const { a, b, at } of evidence) {
    for (const id of [a, b]) first.set(id, Math.min(first.get(id) ?? at, at))
  }
  return first
}

/** What somebody who may not see personal data is shown of a profile. */
export function maskProfile(profile: ProfileView): ProfileView {
  const traits = Object.entries(profile.traits).map(([key, trait]): [string, TraitView] => {
    const value = maskPath(trait.computed?.shows ?? key, trait.value)
    const isHidden = JSON.stringify(value) !== JSON.stringify(trait.value)
    return [key, isHidden ? { ...trait, value, masked: true } : trait]
  })
  return {
    ...profile,
    name: maskName(profile.name),
    traits: Object.fromEntries(traits),
    objects: maskObjects(profile.objects),
    identifiers: profile.identifiers.map((one) => ({
      ...one,
      value: maskIdentifier(one.namespace, one.value),
    })),
  }
}
