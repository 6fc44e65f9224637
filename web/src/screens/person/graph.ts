/**
 * Lays out what ties a person's identifiers together: the profile in the middle, person
 * identifiers at the left, devices and refused ones at the right. Pure: positions in px.
 */
import type { Identity, IdentityLink, IdentityNode, LinkState } from './types.ts'

export const NODE = { width: 196, widest: 300, height: 72, gapY: 12 } as const
export const HUB = 66
const MARGIN = 16
/** Room for the name of the drawing library, in the corner. */
const FOOT = 14

/** `shared`: a device on which several people sign in; it belongs to none of them. */
export type NodeState = LinkState | 'shared'

export type Placed = {
  node: IdentityNode
  side: 'left' | 'right'
  state: NodeState
  /** The link that says why this identifier is (or is not) here; null for the first one seen. */
  link: IdentityLink | null
  x: number
  y: number
}

export type Layout = {
  /** Width of every node, px: what the room allows. */
  nodeWidth: number
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
  const nodeWidth = Math.round(Math.min(NODE.widest, Math.max(NODE.width, width * 0.3)))
  const column = (nodes: Described[], side: 'left' | 'right') =>
    nodes.map((each, row) => ({
      ...each,
      side,
      x: side === 'left' ? MARGIN : width - nodeWidth - MARGIN,
      y: columnTop(nodes.length, height) + row * (NODE.height + NODE.gapY),
    }))
  return {
    nodeWidth,
    placed: [...column(left, 'left'), ...column(right, 'right')],
    hub: { x: width / 2, y: (height - FOOT) / 2 },
    width,
    height,
  }
}

const columnTop = (count: number, height: number) =>
  (height - FOOT - (count * (NODE.height + NODE.gapY) - NODE.gapY)) / 2

type Described = { node: IdentityNode; state: NodeState; link: IdentityLink | null }

/**
 * Each identifier with the link that decides its state: refused ones last, oldest first. Those of
 * other people who merely use the same device are left out: `othersOnDevices` counts them.
 */
export function describeNodes(identity: Identity, profileId: string): Described[] {
  const shown = identity.nodes.filter((node) => !isOther(identity, node, profileId))
  const described = shown.map((node) => {
    const links = linksOf(identity, node.id)
    const inside = node.profileId === null || node.profileId === profileId
    const state: NodeState = inside ? 'accepted' : (worst(links) ?? 'shared')
    const link =
      state === 'shared' ? null : (links.find((each) => each.state === state) ?? links[0] ?? null)
    return { node, state, link }
  })
  const rank = (each: Described) => (each.state === 'accepted' ? 0 : 1)
  const since = (each: Described) => each.node.firstSeen ?? each.link?.firstAt ?? ''
  return described.sort((a, b) => rank(a) - rank(b) || since(a).localeCompare(since(b)))
}

/** How many identifiers of other people were seen on the devices of this person. */
export function othersOnDevices(identity: Identity, profileId: string): number {
  return identity.nodes.filter((node) => isOther(identity, node, profileId)).length
}

function isOther(identity: Identity, node: IdentityNode, profileId: string): boolean {
  const outside = node.profileId !== null && node.profileId !== profileId
  return outside && node.scope !== 'device' && worst(linksOf(identity, node.id)) === null
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
