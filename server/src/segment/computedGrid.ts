import type { ClickHouse } from '../platform/clickhouse.ts'
import { badRequest } from '../platform/errors.ts'
import type { LocalText } from './answer.ts'
import type { Calendar } from './calendar.ts'
import { knownComputed } from './computed/index.ts'
import type { Spec, StaffDefinition } from './rule.ts'
import { SqlBuilder } from './sqlBuilder.ts'

/** Scores of now in a grid, and how people have moved in it since another instant. */

type Cell = { r: number; f: number }
export type Grid = {
  /** All 25, empty ones included. */
  cells: (Cell & { people: number; sum: number; group: LocalText | null })[]
  /** `from` is null for who had no scores then. By the cut-offs of today at both instants. */
  moves: { from: Cell | null; to: Cell; people: number; sum: number }[]
}

type Row = { r: number; f: number; fromR: number; fromF: number; people: number; sum: number }

const SCORES = [1, 2, 3, 4, 5]

/** The past half where nothing is compared: no profile has the id of zeros. */
const NOBODY = "SELECT toUUIDOrZero('') AS profile, 0 AS r, 0 AS f"

/** `since`, epoch ms: null without moves. @throws a 400 for what has no grid. */
export async function readGrid(
  clickhouse: ClickHouse,
  spec: Spec,
  asked: {
    workspace: number
    now: number
    since: number | null
    calendar: Calendar
    staff: StaffDefinition
  },
): Promise<Grid> {
  const { grid } = knownComputed(spec)
  if (!grid) throw badRequest('no_grid', 'Only an RFM has a grid of scores.')
  const { since, staff, ...at } = asked
  const now = new SqlBuilder({ ...at, staff })
  const past = new SqlBuilder({ ...at, now: since ?? at.now, isPast: true, prefix: 'past' })
  const was = since === null ? NOBODY : grid(spec, past)
  const rows = await clickhouse.query<Row>(
    `SELECT n.r AS r, n.f AS f, w.r AS fromR, w.f AS fromF, count() AS people,
       toFloat64(sum(n.m)) AS sum
     FROM (${grid(spec, now)}) AS n LEFT JOIN (${was}) AS w ON w.profile = n.profile
     GROUP BY n.r, n.f, w.r, w.f ORDER BY r, f, fromR, fromF`,
    { ...now.params, ...past.params },
    { lane: 'heavy' },
  )
  const nameOf = (cell: Cell) => knownComputed(spec).groupAt?.(spec, cell) ?? null
  return { cells: cellsOf(rows, nameOf), moves: since === null ? [] : movesOf(rows) }
}

function cellsOf(rows: readonly Row[], nameOf: (cell: Cell) => LocalText | null): Grid['cells'] {
  return SCORES.flatMap((r) =>
    SCORES.map((f) => {
      const own = rows.filter((row) => row.r === r && row.f === f)
      const total = (key: 'people' | 'sum') => own.reduce((sum, row) => sum + row[key], 0)
      return { r, f, people: total('people'), sum: total('sum'), group: nameOf({ r, f }) }
    }),
  )
}

const movesOf = (rows: readonly Row[]): Grid['moves'] =>
  rows.map(({ r, f, fromR, fromF, people, sum }) => {
    // Who is not in the past half has zeros there.
    return { from: fromR === 0 ? null : { r: fromR, f: fromF }, to: { r, f }, people, sum }
  })
