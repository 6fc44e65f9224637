import type { ProfileFacts, Registry } from '../profile/index.ts'
import type { Answer, TraitNeed } from './answer.ts'
import { keyOf } from './operators/index.ts'

/** What happened to a profile since it was last evaluated: names of traits, ids of streams … */
export type Touched =
  | 'everything'
  | {
      traits: ReadonlySet<string>
      streams: ReadonlySet<number>
      /** Types of objects. */
      objects: ReadonlySet<string>
      /** Its identifiers or consents. */
      around?: boolean
    }

/** What the index has to know of a segment. */
export type Indexed = {
  id: number
  traits: readonly TraitNeed[]
  /** Streams its rule reads. */
  streams: readonly number[]
  /** Types of the objects that it asks for. */
  objects: readonly string[]
  /** True when it asks for identifiers or consents. */
  around: boolean
  /** Its answer for somebody of whom nothing is known. */
  ofNobody: Answer
  /** Segments of one group are asked together or not at all: the classes of a segmentation. */
  group: number | null
}

export type Question = {
  facts: ProfileFacts
  registry: Registry
  memberOf: ReadonlyMap<number, number>
  touched: Touched
  /** True for a profile that has never been evaluated. */
  isNew: boolean
}

type TraitIndex<S> = { always: S[]; byKey: Map<string, S[]>; keyed: Set<number> }

/**
 * Finds the segments whose answer may be another one now, without looking at the others: their
 * number does not count, only how many of them what happened can concern.
 *
 * Why it is enough: a rule that is not reached from anything the profile has, answers as it does
 * for somebody of whom nothing is known. Those that hold for nobody, or change by time for nobody,
 * are asked of each new profile; one that holds for the profile is asked because it is a member.
 */
export class ConcernIndex<S extends Indexed> {
  readonly #traits = new Map<string, TraitIndex<S>>()
  readonly #streams = new Map<number, S[]>()
  readonly #objects = new Map<string, S[]>()
  readonly #byId = new Map<number, S>()
  readonly #groups = new Map<number, S[]>()
  readonly #around: S[] = []
  /** Asked of everybody once: nothing has to happen for them to hold. */
  readonly #ofNobody: S[] = []

  constructor(segments: readonly S[]) {
    for (const segment of segments) {
      this.#byId.set(segment.id, segment)
      if (segment.group !== null) push(this.#groups, segment.group, segment)
      const { holds, nextChangeAt } = segment.ofNobody
      if (holds || nextChangeAt !== null) this.#ofNobody.push(segment)
      if (segment.around) this.#around.push(segment)
      for (const stream of new Set(segment.streams)) push(this.#streams, stream, segment)
      for (const type of new Set(segment.objects)) push(this.#objects, type, segment)
      for (const need of segment.traits) this.#addTrait(need, segment)
    }
  }

  #addTrait({ name, keys }: TraitNeed, segment: S): void {
    const held = this.#traits.get(name)
    const index: TraitIndex<S> = held ?? { always: [], byKey: new Map(), keyed: new Set() }
    this.#traits.set(name, index)
    if (keys === null) index.always.push(segment)
    else {
      index.keyed.add(segment.id)
      for (const key of keys) push(index.byKey, key, segment)
    }
  }

  /** Each segment at most once. */
  concernedBy(question: Question): Set<S> {
    const found = this.#found(question)
    if (this.#groups.size === 0) return found
    for (const { group } of [...found]) {
      if (group !== null) addAll(found, this.#groups.get(group))
    }
    return found
  }

  #found(question: Question): Set<S> {
    const { touched, memberOf, facts, registry, isNew } = question
    const found = new Set<S>()
    if (touched === 'everything' || isNew) {
      addAll(found, this.#ofNobody)
      addAll(found, this.#around)
    }
    if (touched === 'everything') {
      for (const id of facts.traits.keys()) {
        this.#addByTrait(found, { name: registry.nameOf('trait', id), id, facts })
      }
      for (const stream of facts.streams()) addAll(found, this.#streams.get(stream))
      for (const type of facts.objectTypes()) {
        addAll(found, this.#objects.get(registry.nameOf('object', type)))
      }
      for (const id of memberOf.keys()) this.#addMember(found, id)
      return found
    }
    if (touched.around) addAll(found, this.#around)
    for (const stream of touched.streams) addAll(found, this.#streams.get(stream))
    for (const type of touched.objects) addAll(found, this.#objects.get(type))
    for (const name of touched.traits) {
      const index = this.#traits.get(name)
      if (!index) continue
      this.#addByTrait(found, { name, id: registry.idOf('trait', name), facts })
      if (index.keyed.size === 0) continue
      // Those that the value of before had let in.
      for (const id of memberOf.keys()) if (index.keyed.has(id)) this.#addMember(found, id)
    }
    return found
  }

  #addByTrait(
    found: Set<S>,
    { name, id, facts }: { name: string; id: number | undefined; facts: ProfileFacts },
  ): void {
    const index = this.#traits.get(name)
    if (!index) return
    addAll(found, index.always)
    if (index.byKey.size === 0 || id === undefined) return
    const value = facts.trait(id, name)
    const key = value && keyOf(value)
    if (key) addAll(found, index.byKey.get(key))
  }

  #addMember(found: Set<S>, id: number): void {
    const segment = this.#byId.get(id)
    if (segment) found.add(segment)
  }
}

function push<Key, S>(into: Map<Key, S[]>, key: Key, segment: S): void {
  const held = into.get(key)
  if (held) held.push(segment)
  else into.set(key, [segment])
}

function addAll<S>(into: Set<S>, segments: readonly S[] | undefined): void {
  if (segments) for (const segment of segments) into.add(segment)
}
