/**
 * Identity as a function of the evidence: components are a greedy union over the evidence in
 * canonical order; an item that would break a limit or a cannot-link is refused and kept.
 */

/** Kinds in canonical order. */
export const EVIDENCE_KINDS = { decision: 1, alias: 2, event: 3, rule: 4 } as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[keyof typeof EVIDENCE_KINDS]

/** A reason to believe that two identifiers name one person; `a` < `b`. */
export type EvidenceItem = {
  a: string
  b: string
  kind: EvidenceKind
  /** The weaker of the two namespaces' priorities. */
  priority: number
  /** Event time, epoch ms, and 48 bits of the message's hash: the earliest counts first. */
  at: number
  hash: number
  /** Of an alias: the identifier that is the older name. */
  former: string | null
}

export type RefusalReason = 'limit' | 'cannot_link' | 'retracted' | 'too_large'
export type Refusal = {
  code: RefusalReason
  /** The namespace whose limit would break. */
  namespace?: string
}

export type Vertex = {
  id: string
  namespace: string
  /** `namespace:value`: breaks ties, because unlike the id it does not depend on arrival. */
  text: string
  limit: number
}

export type Decision = { a: string; b: string; verdict: 'link' | 'cannot_link' | 'retract' }

export type Partition = {
  /** Identifier → the smallest birth id of its component: the profile's id. */
  profileOf: Map<string, string>
  /** One for each evidence item, in the order given: `null` = accepted. */
  refusals: (Refusal | null)[]
}

/** Identifiers in one profile at the most, whatever the namespaces allow. */
export const COMPONENT_MAX = 100

export const pairKey = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`)

function compareEvidence(x: EvidenceItem, y: EvidenceItem): number {
  return x.kind - y.kind || x.priority - y.priority || x.at - y.at || x.hash - y.hash
}

/** The canonical order of evidence, as indexes. */
function canonicalOrder(
  evidence: readonly EvidenceItem[],
  vertexOf: ReadonlyMap<string, Vertex>,
): number[] {
  const text = (id: string) => vertexOf.get(id)?.text ?? id
  const keyed = evidence.map((item, index) => ({
    item,
    index,
    tie: pairKey(text(item.a), text(item.b)),
  }))
  keyed.sort((x, y) => compareEvidence(x.item, y.item) || (x.tie < y.tie ? -1 : 1))
  return keyed.map(({ index }) => index)
}

type Component = { root: string; members: string[]; counts: Map<string, number> }

/**
 * Divides `vertices` by `evidence`. A former identifier (alias) takes no place in its namespace's
 * limit: it names the same account under an older name.
 */
export function partition(
  vertices: readonly Vertex[],
  evidence: readonly EvidenceItem[],
  decisions: readonly Decision[],
): Partition {
  const vertexOf = new Map(vertices.map((vertex) => [vertex.id, vertex]))
  const verdicts = new Map(decisions.map((one) => [pairKey(one.a, one.b), one.verdict]))
  const apart = decisions.filter((one) => one.verdict === 'cannot_link')
  const formerNames = formerNamesIn(evidence, verdicts)
  const componentOf = new Map<string, Component>()
  for (const { id, namespace } of vertices) {
    const counts = new Map([[namespace, formerNames.has(id) ? 0 : 1]])
    componentOf.set(id, { root: id, members: [id], counts })
  }
  const refusals: (Refusal | null)[] = evidence.map(() => null)
  for (const index of canonicalOrder(evidence, vertexOf)) {
    const item = evidence[index] as EvidenceItem
    const left = componentOf.get(item.a)
    const right = componentOf.get(item.b)
    if (!left || !right) continue
    if (verdicts.get(pairKey(item.a, item.b)) === 'retract') {
      refusals[index] = { code: 'retracted' }
      continue
    }
    if (left === right) continue
    const refusal = refusalOf(left, right, { apart, componentOf, vertexOf })
    refusals[index] = refusal
    if (!refusal) join(left, right, componentOf)
  }
  return { profileOf: smallestMembers(componentOf), refusals }
}

function formerNamesIn(
  evidence: readonly EvidenceItem[],
  verdicts: ReadonlyMap<string, string>,
): Set<string> {
  const former = new Set<string>()
  for (const item of evidence) {
    if (item.kind !== EVIDENCE_KINDS.alias) continue
    if (verdicts.get(pairKey(item.a, item.b)) === 'retract') continue
    if (item.former) former.add(item.former)
  }
  return former
}

function refusalOf(
  left: Component,
  right: Component,
  facts: {
    apart: readonly Decision[]
    componentOf: ReadonlyMap<string, Component>
    vertexOf: ReadonlyMap<string, Vertex>
  },
): Refusal | null {
  if (left.members.length + right.members.length > COMPONENT_MAX) return { code: 'too_large' }
  for (const { a, b } of facts.apart) {
    const [x, y] = [facts.componentOf.get(a), facts.componentOf.get(b)]
    if ((x === left && y === right) || (x === right && y === left)) return { code: 'cannot_link' }
  }
  for (const [namespace, count] of left.counts) {
    const together = count + (right.counts.get(namespace) ?? 0)
    if (together > limitOf(namespace, left, facts.vertexOf)) return { code: 'limit', namespace }
  }
  return null
}

function limitOf(namespace: string, of: Component, vertexOf: ReadonlyMap<string, Vertex>): number {
  for (const id of of.members) {
    const vertex = vertexOf.get(id)
    if (vertex?.namespace === namespace) return vertex.limit
  }
  return Number.POSITIVE_INFINITY
}

function join(left: Component, right: Component, componentOf: Map<string, Component>): void {
  const [large, small] = left.members.length >= right.members.length ? [left, right] : [right, left]
  for (const id of small.members) componentOf.set(id, large)
  large.members.push(...small.members)
  for (const [namespace, count] of small.counts) {
    large.counts.set(namespace, (large.counts.get(namespace) ?? 0) + count)
  }
}

function smallestMembers(componentOf: ReadonlyMap<string, Component>): Map<string, string> {
  const smallest = new Map<Component, string>()
  for (const component of new Set(componentOf.values())) {
    smallest.set(
      component,
      component.members.reduce((least, id) => (id < least ? id : least)),
    )
  }
  return new Map([...componentOf].map(([id, of]) => [id, smallest.get(of) ?? id]))
}
