import type { Balance, Columns, SourceBalance } from './api.ts'

/** What a cell of the heat table says: the strongest of these. */
export type CellState = 'none' | 'fine' | 'refused' | 'moving' | 'history' | 'wrong'

/** An hour of a source whose counts do not add up. */
export type Alarm = { source: SourceBalance; hour: number }

/** The sources to show: what is wrong first, then the busiest; without archived, silent ones. */
export function rowsOf({ data }: Balance): SourceBalance[] {
  const shown = data.filter(
    (one) => sum(one.received) > 0 || isWrong(one) || (one.source && !one.source.archived),
  )
  const order = (one: SourceBalance) => [
    isWrong(one) ? 1 : 0,
    one.source ? 1 : 0,
    sum(one.received),
  ]
  return shown.sort((a, b) => {
    const [wrongA = 0, knownA = 0, sumA = 0] = order(a)
    const [wrongB = 0, knownB = 0, sumB = 0] = order(b)
    return wrongB - wrongA || knownB - knownA || sumB - sumA
  })
}

export const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, one) => total + one, 0)

function isWrong(one: SourceBalance): boolean {
  return one.difference.some((n) => n !== 0) || one.unexplained.some((n) => n !== 0)
}

/** Every hour of every source that does not add up, the newest first. */
export function alarmsOf({ data }: Balance): Alarm[] {
  return data
    .flatMap((source) =>
      source.difference.flatMap((difference, hour) =>
        difference !== 0 || source.unexplained[hour] !== 0 ? [{ source, hour }] : [],
      ),
    )
    .sort((a, b) => b.hour - a.hour)
}

export function stateOf(one: SourceBalance, hour: number): CellState {
  const at = (numbers: readonly number[]) => numbers[hour] ?? 0
  if (at(one.difference) !== 0 || at(one.unexplained) !== 0) return 'wrong'
  if ((one.history?.[hour] ?? 0) !== 0) return 'history'
  if (at(one.rejected) + at(one.deadLettered) > 0) return 'refused'
  if (at(one.onTheWay) > 0) return 'moving'
  return at(one.received) > 0 ? 'fine' : 'none'
}

/** How dark a cell is, 0 (nothing) to 5: by the logarithm, since sources differ by thousands. */
export function shadeOf(received: number, most: number): number {
  if (received <= 0) return 0
  if (most <= 1) return 5
  return 1 + Math.round((Math.log(received) / Math.log(most)) * 4)
}

export type Totals = Record<keyof Columns, number>

/** The equation of a whole period. */
export function totalsOf(data: readonly SourceBalance[]): Totals {
  const total = (name: keyof Columns) => sum(data.map((one) => sum(one[name])))
  return {
    received: total('received'),
    accepted: total('accepted'),
    rejected: total('rejected'),
    applied: total('applied'),
    duplicate: total('duplicate'),
    deadLettered: total('deadLettered'),
    onTheWay: total('onTheWay'),
    difference: total('difference'),
    unexplained: total('unexplained'),
  }
}

export type Cell = { row: number; hour: number }

/** Where a key moves the cursor of the grid; null: the key is not one of its keys. */
export function moved(cell: Cell, key: string, size: { rows: number; hours: number }): Cell | null {
  const hold = (row: number, hour: number): Cell => ({
    row: Math.min(size.rows - 1, Math.max(0, row)),
    hour: Math.min(size.hours - 1, Math.max(0, hour)),
  })
  switch (key) {
    case 'ArrowRight':
      return hold(cell.row, cell.hour + 1)
    case 'ArrowLeft':
      return hold(cell.row, cell.hour - 1)
    case 'ArrowDown':
      return hold(cell.row + 1, cell.hour)
    case 'ArrowUp':
      return hold(cell.row - 1, cell.hour)
    case 'Home':
      return hold(cell.row, 0)
    case 'End':
      return hold(cell.row, size.hours - 1)
    case 'PageUp':
      return hold(cell.row - 10, cell.hour)
    case 'PageDown':
      return hold(cell.row + 10, cell.hour)
    default:
      return null
  }
}
