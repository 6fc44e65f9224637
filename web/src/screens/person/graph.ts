/**
 * Lays out what ties a person's identifiers together: the profile in the middle, person
 * identifiers at the left, devices and refused ones at the right. Pure: positions in px.
 */
import type { Identity, IdentityLink, IdentityNode, LinkState } from './types.ts'

export const NODE = { width: 196, height: 58, gapY: 22 } as const
export const HUB = 66
const MARGIN = 16
/** Room for the name of the drawing library, in the corner. */
const FOOT = 14

export type Placed = {
  node: IdentityNode
  side: 'left' | 'right'
  state: LinkState
  /** The link that says why this identifier is (or is not) here; null for the first one seen. */
  link: IdentityLink | null
  x: number
  y: number
}

export type Layout = {
  placed: Placed[]
  hub: { x: number; y: number }
  width: number
  height: number
}

/** More identifiers than this are shown by the list twin, which has no limit. */
export const GRAPH_LIMIT = 24

/** Where each identifier stands in a picture `width` px wide. */
export function layoutGraph(identity: Identity, profileId: string, width: number): Layout {
  const described = describeNodes(identity, profileId).slice(0, GRAPH_LIMIT)
  const [left, right] = sides(described)
  const rows = Math.max(left.length, right.length, 1)
  const height = rows * (NODE.height + NODE.gapY) - NODE.gapY + 2 * MARGIN + FOOT
  const column = (nodes: Described[], side: 'left' | 'right') =>
    nodes.map((each, row) => ({
      ...each,
      side,
      x: side === 'left' ? MARGIN : width - NODE.width - MARGIN,
      y: columnTop(nodes.length, height) + row * (NODE.height + NODE.gapY),
    }))
  return {
    placed: [...column(left, 'left'), ...column(right, 'right')],
    hub: { x: width / 2, y: (height - FOOT) / 2 },
    width,
    height,
  }
}

const columnTop = (count: number, height: number) =>
  (height - FOOT - (count * (NODE.height + NODE.gapY) - NODE.gapY)) / 2

type Described = { node: IdentityNode; state: LinkState; link: IdentityLink | null }

/** Each identifier with the link that decides its state: refused ones last, oldest first. */
export function describeNodes(identity: Identity, profileId: string): Described[] {
  const described = identity.nodes.map((node) => {
    const links = linksOf(identity, node.id)
    const inside = node.profileId === null || node.profileId === profileId
    const state: LinkState = inside ? 'accepted' : (worst(links) ?? 'refused')
    const link = links.find((each) => each.state === state) ?? links[0] ?? null
    return { node, state, link }
  })
  const rank = (each: Described) => (each.state === 'accepted' ? 0 : 1)
  const since = (each: Described) => each.node.firstSeen ?? each.link?.firstAt ?? ''
  return described.sort((a, b) => rank(a) - rank(b) || since(a).localeCompare(since(b)))
}

/** The links that touch an identifier, oldest first. */
export function linksOf(identity: Identity, nodeId: string): IdentityLink[] {
  return identity.links
    .filter((link) => link.from === nodeId || link.to === nodeId)
    .sort((a, b) => a.firstAt.localeCompare(b.firstAt))
}

function worst(links: readonly IdentityLink[]): LinkState | null {
  return links.find((link) => link.state !== 'accepted')?.state ?? null
}

function sides(nodes: Described[]): [Described[], Described[]] {
  const right = nodes.filter((each) => each.state !== 'accepted' || each.node.scope === 'device')
  const left = nodes.filter((each) => !right.includes(each))
  // Balanced columns read better: the surplus of the longer one moves over, from its end.
  while (left.length > right.length + 1) right.unshift(left.pop() as Described)
  while (right.length > left.length + 1 && right.some((each) => each.state === 'accepted')) {
    const first = right.findIndex((each) => each.state === 'accepted')
    left.push(...right.splice(first, 1))
  }
  return [left, right]
}
