import { lazy, Suspense } from 'react'
import { ChartFrame, type ChartTable } from './ChartFrame.tsx'
import { Skeleton } from './Skeleton.tsx'

export type SankeyNode = {
  id: string
  /** What stands beside it. */
  label: string
  /** A token, `--c1`. */
  color: string
  /** Which of the columns, from the left. */
  depth: number
}
export type SankeyLink = { source: string; target: string; value: number; href: string | null }

export type SankeyProps = {
  label: string
  nodes: readonly SankeyNode[]
  links: readonly SankeyLink[]
  table: ChartTable
  height?: number
}

const Drawing = lazy(() => import('./SankeyDrawing.tsx'))

/** Flows between things, as bands as thick as they are many; with a table twin and a CSV. */
export function Sankey({ height = 360, ...props }: SankeyProps) {
  return (
    <ChartFrame label={props.label} table={props.table} height={height}>
      <Suspense fallback={<Skeleton height={height} />}>
        <Drawing {...props} height={height} />
      </Suspense>
    </ChartFrame>
  )
}
