import { Card } from '../../../design/Card.tsx'
import { ChartFrame } from '../../../design/ChartFrame.tsx'
import { HrefLink } from '../../../design/LinkButton.tsx'
import { heat, Matrix } from '../../../design/Matrix.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import type { ExactSet } from './api.ts'
import css from './matrix.module.css'
import type { NamedSet } from './OverlapTab.tsx'

const STEPS = 5

/** Which share of each segment (row) is also in each other one (column). */
export function MatrixCard({ chosen, sets }: { chosen: NamedSet[]; sets: ExactSet[] }) {
  const t = useT()
  const format = useFormats()
  const shared = (a: string, b: string) =>
    sets.reduce((sum, set) => (set.in.includes(a) && set.in.includes(b) ? sum + set.n : sum), 0)
  const shareOf = (row: string, column: string) => {
    const whole = shared(row, row)
    return whole === 0 ? 0 : shared(row, column) / whole
  }
  const table = {
    head: [t('segments.column.name'), ...chosen.map(({ name }) => name)],
    rows: chosen.map((row) => [
      { text: row.name, raw: row.name },
      ...chosen.map((column) => ({
        text: format.number(shared(row.id, column.id)),
        raw: String(shared(row.id, column.id)),
        href: peopleHref({ in: row.id === column.id ? row.id : `${row.id},${column.id}` }),
      })),
    ]),
  }
  const cellAt = (atRow: number, atColumn: number) => {
    const [row, column] = [chosen[atRow], chosen[atColumn]]
    if (!row || !column || row === column) return <span className={css.same}>—</span>
    const share = shareOf(row.id, column.id)
    return (
      <HrefLink
        href={peopleHref({ in: `${row.id},${column.id}` })}
        className={heat(stepOf(share))}
        title={t('segmentPage.matrix.cell', {
          n: format.number(shared(row.id, column.id)),
          row: row.name,
          column: column.name,
        })}
      >
        {format.percent(share, 0)}
      </HrefLink>
    )
  }
  return (
    <Card title={t('segmentPage.matrix')} note={t('segmentPage.matrix.note')}>
      <ChartFrame label={t('segmentPage.matrix')} table={table} height={320}>
        <Matrix
          label={t('segmentPage.matrix')}
          className={css.matrix}
          columns={chosen.map(({ id, name }) => ({ key: id, head: name, title: name }))}
          rows={chosen.map(({ id, name }) => ({
            key: id,
            title: name,
            head: (
              <span className={css.row}>
                <span className="ellipsis">{name}</span>
                <span className="meta">{format.number(shared(id, id))}</span>
              </span>
            ),
          }))}
          cell={cellAt}
        />
      </ChartFrame>
    </Card>
  )
}

/** 0 for nothing, else 1 to 5. */
const stepOf = (share: number): number => Math.min(STEPS, Math.ceil(share * STEPS))
