import type { LocalText } from '../../i18n/i18n.ts'
import type { Rule } from '../segments/rule.ts'
import type { Cell, ComputedTrait, GridCell, GridMove } from './api.ts'

/** Best first: of the rows of the grid, recency. */
export const RECENCY = [5, 4, 3, 2, 1]
export const FREQUENCY = [1, 2, 3, 4, 5]
const STEPS = 5

export const isRfm = ({ definition }: Pick<ComputedTrait, 'definition'>) => 'rfm' in definition

/** Those whose scores are the ones of a cell. */
export function cellRule(key: string, { r, f }: Cell): Rule {
  return {
    all: [
      { trait: `${key}.r`, op: 'equals', value: r },
      { trait: `${key}.f`, op: 'equals', value: f },
    ],
  }
}

/** A name for the segment of a cell, which can be changed: "RFM · R5 F4". */
export function cellName(name: LocalText, { r, f }: Cell): LocalText {
  return { fr: `${name.fr} · R${r} F${f}`, en: `${name.en} · R${r} F${f}` }
}

/** "5-4", as the address of the page names a cell. */
export const cellKey = ({ r, f }: Cell) => `${r}-${f}`

export function parseCell(raw: unknown): string | undefined {
  return typeof raw === 'string' && /^[1-5]-[1-5]$/.test(raw) ? raw : undefined
}

export type Weigh = 'people' | 'sum'

/** How dark each cell is, by its key: 0 for nothing, else 1 to 5 against the largest. */
export function stepsOf(cells: readonly GridCell[], by: Weigh): ReadonlyMap<string, number> {
  const largest = Math.max(0, ...cells.map((cell) => cell[by]))
  const step = (value: number) =>
    value <= 0 ? 0 : Math.min(STEPS, Math.ceil((value / largest) * STEPS))
  return new Map(cells.map((cell) => [cellKey(cell), step(cell[by])]))
}

export const totalOf = (cells: readonly GridCell[], by: Weigh) =>
  cells.reduce((sum, cell) => sum + cell[by], 0)

/** Days after which the grid is compared with itself. */
export const AGO = [7, 30, 90] as const
export type Ago = (typeof AGO)[number]

/** How many came into a cell and left it for another one. */
export function flowOf(moves: readonly GridMove[], cell: Cell): { came: number; left: number } {
  const key = cellKey(cell)
  const total = (list: readonly GridMove[]) => list.reduce((sum, { people }) => sum + people, 0)
  const moved = moves.filter(({ from, to }) => !from || cellKey(from) !== cellKey(to))
  return {
    came: total(moved.filter(({ to }) => cellKey(to) === key)),
    left: total(moved.filter(({ from }) => from && cellKey(from) === key)),
  }
}

/** Where those who came into a cell were before, most people first; `from` null: nowhere. */
export const originsOf = (moves: readonly GridMove[], cell: Cell): GridMove[] =>
  moves
    .filter(
      ({ from, to }) => cellKey(to) === cellKey(cell) && (!from || cellKey(from) !== cellKey(to)),
    )
    .sort((x, y) => y.people - x.people)
