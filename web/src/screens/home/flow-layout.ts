import type { Flow, FlowDestination, FlowSource, FlowStage } from './overview.ts'

/**
 * Where each box and ribbon of the flow picture stands. Pure: rates and a width in, pixels out.
 * Widths of ribbons are to scale; the right part is enlarged by `scale`, which the picture says.
 */
export type Box<Item> = { item: Item; x: number; y: number; width: number; height: number }
export type Ribbon = {
  key: string
  path: string
  /** The middle of the ribbon, from left to right. */
  line: string
  tone: 'plain' | 'warn' | 'idle'
  /** Something passes right now. */
  moves: boolean
}
export type FlowLayout = {
  height: number
  sources: Box<FlowSource>[]
  stages: Box<FlowStage>[]
  destinations: Box<FlowDestination>[]
  ribbons: Ribbon[]
  /** How many times the right part is enlarged. */
  scale: number
  /** Where the scale changes. */
  scaleX: number
}

const top = 34
const rowHeight = 36
const rowStep = 42
const stageHeight = 138
const stageGap = 22
const ribbonMax = 84
/** A source's ribbon is never wider than its box. */
const sourceRibbonMax = 34
const rowsMax = 7

type End = { x: number; y: number; thickness: number }

/** A ribbon between two vertical ends, as a closed SVG path. */
export function ribbonPath(from: End, to: End): string {
  const middle = (from.x + to.x) / 2
  const edge = (end: End, side: -1 | 1) => (end.y + (side * end.thickness) / 2).toFixed(1)
  const [x1, x2, xm] = [from.x.toFixed(1), to.x.toFixed(1), middle.toFixed(1)]
  return [
    `M${x1} ${edge(from, -1)}C${xm} ${edge(from, -1)} ${xm} ${edge(to, -1)} ${x2} ${edge(to, -1)}`,
    `L${x2} ${edge(to, 1)}C${xm} ${edge(to, 1)} ${xm} ${edge(from, 1)} ${x1} ${edge(from, 1)}Z`,
  ].join('')
}

/** The middle of such a ribbon, as an open SVG path. */
function ribbonLine(from: End, to: End): string {
  const [x1, x2, xm] = [from.x, to.x, (from.x + to.x) / 2].map((x) => x.toFixed(1))
  const [y1, y2] = [from.y.toFixed(1), to.y.toFixed(1)]
  return `M${x1} ${y1}C${xm} ${y1} ${xm} ${y2} ${x2} ${y2}`
}

function ribbonOf(key: string, ends: { from: End; to: End }, look: Pick<Ribbon, 'tone' | 'moves'>) {
  const { from, to } = ends
  return { key, path: ribbonPath(from, to), line: ribbonLine(from, to), ...look }
}

/** The smallest round factor that makes `right` at least a third as wide as `left`. */
export function rightScale(left: number, right: number): number {
  if (left <= 0 || right <= 0) return 1
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
  return steps.find((step) => right * step >= left / 3) ?? 1000
}

function thickness(rate: number, pixelsPerUnit: number): number {
  return rate > 0 ? Math.max(1.5, rate * pixelsPerUnit) : 1
}

function column<Item>(
  items: Item[],
  at: { x: number; width: number; height: number },
): Box<Item>[] {
  const used = items.length * rowStep - (rowStep - rowHeight)
  const start = top + Math.max(0, (at.height - top - used) / 2)
  return items.map((item, index) => ({
    item,
    x: at.x,
    y: start + index * rowStep,
    width: at.width,
    height: rowHeight,
  }))
}

/** Stacks the ends of several ribbons around `y`. */
function stack(thicknesses: number[], x: number, y: number): End[] {
  const total = thicknesses.reduce((sum, one) => sum + one, 0)
  let offset = y - total / 2
  return thicknesses.map((one) => {
    const end = { x, y: offset + one / 2, thickness: one }
    offset += one
    return end
  })
}

/**
 * What no longer fits becomes one last row with their sum; its id is empty, its name their count.
 */
function folded<Item extends { id: string; name: string; perSecond: number }>(
  items: Item[],
): Item[] {
  const rest = items.slice(rowsMax - 1)
  const last = rest.at(-1)
  if (!last || rest.length === 1) return items
  const perSecond = rest.reduce((sum, item) => sum + item.perSecond, 0)
  return [
    ...items.slice(0, rowsMax - 1),
    { ...last, id: '', name: String(rest.length), kind: 'more', perSecond },
  ]
}

/** Lays the flow out on `width` pixels (at least about 900). */
export function flowLayout(flow: Flow, width: number): FlowLayout {
  const shownSources = folded(flow.sources)
  const shownDestinations = folded(flow.destinations)
  const rows = Math.max(shownSources.length, shownDestinations.length, 1)
  const height = Math.max(top + rows * rowStep + 6, top + stageHeight + 84)
  const sourceWidth = Math.min(224, width * 0.195)
  const destinationWidth = Math.min(224, width * 0.195)
  const left = 16 + sourceWidth
  const right = width - 16 - destinationWidth
  const side = Math.max(30, (right - left) * 0.065)
  const count = Math.max(1, flow.stages.length)
  const stageWidth = (right - left - side * 2 - stageGap * (count - 1)) / count
  const stageY = top + Math.max(8, (height - top - stageHeight - 52) / 2)
  const sources = column(shownSources, { x: 16, width: sourceWidth, height })
  const destinations = column(shownDestinations, { x: right, width: destinationWidth, height })
  const stages = flow.stages.map((item, index) => ({
    item,
    x: left + side + index * (stageWidth + stageGap),
    y: stageY,
    width: stageWidth,
    height: stageHeight,
  }))
  const boxes = { sources, stages, destinations }
  const segment = stages.find((stage) => stage.item.key === 'segment')
  const { ribbons, scale } = flowRibbons(boxes)
  return { height, ...boxes, ribbons, scale, scaleX: (segment?.x ?? right) - stageGap / 2 }
}

type Boxes = Pick<FlowLayout, 'sources' | 'stages' | 'destinations'>

function isRight(stage: FlowStage): boolean {
  return stage.key === 'segment' || stage.key === 'deliver'
}

function flowRibbons({ sources, stages, destinations }: Boxes): {
  ribbons: Ribbon[]
  scale: number
} {
  const first = stages[0]
  const last = stages.at(-1)
  if (!first || !last) return { ribbons: [], scale: 1 }
  const incoming = sources.reduce((sum, box) => sum + box.item.perSecond, 0)
  const leftMost = Math.max(
    incoming,
    ...stages.map((box) => (isRight(box.item) ? 0 : box.item.perSecond)),
  )
  const rightMost = Math.max(
    0,
    ...stages.map((box) => (isRight(box.item) ? box.item.perSecond : 0)),
  )
  const scale = rightScale(leftMost, rightMost)
  const strongest = Math.max(0.000_001, ...sources.map((box) => box.item.perSecond))
  const unit = Math.min(
    ribbonMax / Math.max(leftMost, rightMost * scale, 0.000_001),
    sourceRibbonMax / strongest,
  )
  const centre = first.y + first.height / 2
  const unitOf = (stage: FlowStage) => (isRight(stage) ? unit * scale : unit)

  const entry = stack(
    sources.map((box) => thickness(box.item.perSecond, unit)),
    first.x,
    centre,
  )
  const incomingRibbons = sources.map((box, index): Ribbon => {
    const to = entry[index] ?? { x: first.x, y: centre, thickness: 1 }
    const from = { x: box.x + box.width, y: box.y + box.height / 2, thickness: to.thickness }
    const tone = box.item.silentSince ? 'warn' : box.item.perSecond > 0 ? 'plain' : 'idle'
    return ribbonOf(`source-${box.item.id}`, { from, to }, { tone, moves: box.item.perSecond > 0 })
  })
  const between = stages.slice(0, -1).map((box, index): Ribbon => {
    const next = stages[index + 1] ?? box
    const from = thickness(box.item.perSecond, unitOf(box.item))
    const to = thickness(next.item.perSecond, unitOf(next.item))
    const end = isRight(next.item) === isRight(box.item) ? to : from
    const ends = {
      from: { x: box.x + box.width, y: centre, thickness: from },
      to: { x: next.x, y: centre, thickness: end },
    }
    const moves = box.item.perSecond > 0
    return ribbonOf(`stage-${box.item.key}`, ends, { tone: moves ? 'plain' : 'idle', moves })
  })
  const exit = stack(
    destinations.map((box) => thickness(box.item.perSecond, unit * scale)),
    last.x + last.width,
    centre,
  )
  const outgoing = destinations.map((box, index): Ribbon => {
    const from = exit[index] ?? { x: last.x + last.width, y: centre, thickness: 1 }
    const to = { x: box.x, y: box.y + box.height / 2, thickness: from.thickness }
    const tone = box.item.lateBy ? 'warn' : box.item.perSecond > 0 ? 'plain' : 'idle'
    const moves = box.item.perSecond > 0
    return ribbonOf(`destination-${box.item.id}`, { from, to }, { tone, moves })
  })
  return { ribbons: [...incomingRibbons, ...between, ...outgoing], scale }
}
