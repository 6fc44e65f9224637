import { SegmentedControl, Select } from '@mantine/core'
import { IconGridDots } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ChartFrame } from '../../design/ChartFrame.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { heat, Matrix } from '../../design/Matrix.tsx'
import { Skeleton } from '../../design/Skeleton.tsx'
import { DAY_MS, HOUR_MS } from '../../i18n/durations.ts'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type ComputedTrait, type GridCell, type GridMove, useGrid } from './api.ts'
import { CellCard } from './CellCard.tsx'
import {
  AGO,
  type Ago,
  cellKey,
  FREQUENCY,
  flowOf,
  RECENCY,
  stepsOf,
  totalOf,
  type Weigh,
} from './rfm.ts'
import css from './traits.module.css'

/** The 5 × 5 grid of an RFM, and beside it the people of the cell that was chosen. */
export function GridCard({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  const format = useFormats()
  const { cell: chosen, by = 'people', ago } = useSearch({ from: '/shell/traits/$id' })
  const grid = useGrid(trait.id, useSince(ago))
  const moves = grid.data?.moves ?? []
  const cells = grid.data?.cells ?? []
  const cell = cells.find((each) => cellKey(each) === chosen)
  const cutsAt = grid.data?.cutsAt
  return (
    <div className={cell ? css.split : undefined}>
      <Card
        title={t('traits.grid')}
        note={cutsAt ? t('traits.grid.cuts', { at: format.dateTime(cutsAt) }) : undefined}
        actions={
          <div className={css.choices}>
            <AgoChoice ago={ago} />
            <WeighChoice by={by} />
          </div>
        }
      >
        {grid.isPending && <Skeleton height={340} />}
        {grid.isError && <ErrorState error={grid.error} onRetry={() => grid.refetch()} />}
        {grid.data &&
          (totalOf(cells, 'people') === 0 ? (
            <EmptyState
              icon={<IconGridDots />}
              title={t('traits.grid.empty')}
              why={t('traits.grid.empty.why')}
            />
          ) : (
            <HeatMap id={trait.id} cells={cells} moves={moves} by={by} chosen={chosen} />
          ))}
      </Card>
      {cell && <CellCard key={cellKey(cell)} trait={trait} cell={cell} moves={moves} />}
    </div>
  )
}

/** The instant so many days ago, to the hour, so that it is one question for a while. */
function useSince(ago: Ago | undefined): string | undefined {
  const [now] = useState(() => Math.floor(Date.now() / HOUR_MS) * HOUR_MS)
  return ago === undefined ? undefined : new Date(now - ago * DAY_MS).toISOString()
}

function AgoChoice({ ago }: { ago: Ago | undefined }) {
  const t = useT()
  const navigate = useNavigate({ from: '/traits/$id' })
  return (
    <Select
      size="xs"
      w={220}
      aria-label={t('traits.grid.ago')}
      allowDeselect={false}
      value={String(ago ?? '')}
      data={[
        { value: '', label: t('traits.grid.ago.none') },
        ...AGO.map((days) => ({ value: String(days), label: t('traits.grid.ago.days', { days }) })),
      ]}
      onChange={(value) =>
        navigate({
          search: (before) => ({ ...before, ago: AGO.find((days) => String(days) === value) }),
          replace: true,
        })
      }
    />
  )
}

function WeighChoice({ by }: { by: Weigh }) {
  const t = useT()
  const navigate = useNavigate({ from: '/traits/$id' })
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('traits.grid.by')}
      value={by}
      onChange={(value) =>
        navigate({
          search: (before) => ({ ...before, by: value === 'sum' ? 'sum' : undefined }),
          replace: true,
        })
      }
      data={[
        { value: 'people', label: t('traits.grid.people') },
        { value: 'sum', label: t('traits.grid.sum') },
      ]}
    />
  )
}

type HeatMapProps = {
  id: string
  cells: readonly GridCell[]
  moves: readonly GridMove[]
  by: Weigh
  chosen: string | undefined
}

function HeatMap({ id, cells, moves, by, chosen }: HeatMapProps) {
  const t = useT()
  const format = useFormats()
  const steps = stepsOf(cells, by)
  const people = totalOf(cells, 'people')
  const at = (r: number, f: number) => cells.find((cell) => cell.r === r && cell.f === f)
  const plain = (value: number) => ({ text: format.number(value), raw: String(value) })
  const table = {
    head: [
      t('traits.grid.cell.head'),
      t('traits.grid.people'),
      t('traits.grid.share'),
      t('traits.grid.sum'),
    ],
    rows: RECENCY.flatMap((r) => FREQUENCY.flatMap((f) => at(r, f) ?? [])).map((cell) => [
      { text: `R${cell.r} F${cell.f}`, raw: `R${cell.r} F${cell.f}` },
      { ...plain(cell.people), href: `/traits/${id}?cell=${cellKey(cell)}` },
      { text: format.percent(cell.people / people), raw: String(cell.people / people) },
      plain(Math.round(cell.sum)),
    ]),
  }
  return (
    <ChartFrame label={t('traits.grid')} table={table} height={360}>
      <Matrix
        label={t('traits.grid')}
        className={css.grid}
        columns={FREQUENCY.map((f) => ({
          key: f,
          head: <Score letter="F" score={f} say={{ 1: t('traits.rare'), 5: t('traits.often') }} />,
        }))}
        rows={RECENCY.map((r) => ({
          key: r,
          head: <Score letter="R" score={r} say={{ 1: t('traits.old'), 5: t('traits.recent') }} />,
        }))}
        cell={(row, column) => {
          const cell = at(RECENCY[row] ?? 0, FREQUENCY[column] ?? 0)
          return (
            cell && (
              <HeatCell
                cell={cell}
                flow={moves.length > 0 ? flowOf(moves, cell) : null}
                by={by}
                share={cell[by] / (totalOf(cells, by) || 1)}
                step={steps.get(cellKey(cell)) ?? 0}
                isChosen={chosen === cellKey(cell)}
              />
            )
          )
        }}
      />
    </ChartFrame>
  )
}

type ScoreProps = { letter: 'R' | 'F'; score: number; say: Record<number, string> }

/** "F5, often": the ends of each axis are said in words. */
function Score({ letter, score, say }: ScoreProps) {
  return (
    <>
      {letter}
      {score}
      {say[score] && <span className={css.axis}>{say[score]}</span>}
    </>
  )
}

type HeatCellProps = {
  cell: GridCell
  /** Since the instant that is compared with; null: with none. */
  flow: { came: number; left: number } | null
  by: Weigh
  share: number
  step: number
  isChosen: boolean
}

function HeatCell({ cell, flow, by, share, step, isChosen }: HeatCellProps) {
  const t = useT()
  const language = useLanguage()
  const format = useFormats()
  const { r, f, people } = cell
  const sum = format.number(cell.sum, { maximumFractionDigits: 0 })
  const said = t('traits.grid.cell', { r, f, count: people, n: format.number(people), sum })
  const look = `${heat(step)} ${css.cell} ${isChosen ? css.chosen : ''}`
  return (
    <Link
      from="/traits/$id"
      to="."
      search={(before) => ({ ...before, cell: isChosen ? undefined : cellKey(cell) })}
      resetScroll={false}
      activeProps={{}}
      className={look}
      title={said}
      aria-current={isChosen ? 'true' : undefined}
    >
      <span className="visually-hidden">{t('traits.grid.cell.name', { r, f })} </span>
      <b>{by === 'sum' ? sum : format.number(people)}</b>
      <span className={css.share}>{format.percent(share)}</span>
      {cell.group && (
        <span className={`${css.share} ${css.group} ellipsis`}>
          {localText(cell.group, language)}
        </span>
      )}
      {flow && flow.came + flow.left > 0 && (
        <span className={css.share}>
          {t('traits.grid.flow', {
            came: format.number(flow.came),
            left: format.number(flow.left),
          })}
        </span>
      )}
    </Link>
  )
}
