import { Card } from '../../../design/Card.tsx'
import { ChartFrame } from '../../../design/ChartFrame.tsx'
import { HrefLink } from '../../../design/LinkButton.tsx'
import { useScrollEdges } from '../../../design/useScrollEdges.ts'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { peopleHref } from '../../people/search.ts'
import type { ExactSet } from './api.ts'
import type { NamedSet } from './OverlapTab.tsx'
import css from './upset.module.css'

const BARS_PX = 132
const ROW_PX = 28
/** Combinations drawn; the table has all of them. */
const SHOWN = 20

/**
 * An upset plot: each column is a combination, its dots say of which sets, its bar how many people
 * are in exactly those. A column leads to its people.
 */
export function UpsetCard({ chosen, sets }: { chosen: NamedSet[]; sets: ExactSet[] }) {
  const t = useT()
  const format = useFormats()
  const ids = chosen.map(({ id }) => id)
  const words = (set: ExactSet) => {
    const named = (isIn: boolean) =>
      chosen.filter(({ id }) => set.in.includes(id) === isIn).map(({ name }) => name)
    const [inside, outside] = [named(true).join(' + '), named(false).join(', ')]
    return outside ? t('segmentPage.upset.column', { inside, outside }) : inside
  }
  const hrefOf = (set: ExactSet) =>
    peopleHref({
      in: set.in.join(','),
      out: ids.filter((id) => !set.in.includes(id)).join(',') || undefined,
    })
  const table = {
    head: [t('segmentPage.upset.set'), t('people.title')],
    rows: sets.map((set) => [
      { text: words(set), raw: words(set) },
      { text: format.number(set.n), raw: String(set.n), href: hrefOf(set) },
    ]),
  }
  const place = useScrollEdges<HTMLUListElement>()
  const shown = sets.slice(0, SHOWN)
  const most = Math.max(1, ...shown.map((set) => set.n))
  return (
    <Card
      title={t('segmentPage.upset')}
      note={
        sets.length > SHOWN
          ? t('segmentPage.upset.more', { shown: SHOWN, n: format.number(sets.length) })
          : t('segmentPage.upset.note')
      }
    >
      <ChartFrame label={t('segmentPage.upset')} table={table} height={BARS_PX + ROW_PX * 6}>
        <div className={css.plot}>
          <SetNames chosen={chosen} sets={sets} />
          <ul ref={place} className={css.columns}>
            {shown.map((set) => (
              <li key={set.in.join()}>
                <HrefLink
                  href={hrefOf(set)}
                  className={css.column}
                  title={words(set)}
                  aria-label={`${words(set)} : ${t('people.count', { count: set.n, n: format.number(set.n) })}`}
                >
                  <span className={css.bar} style={{ height: BARS_PX }}>
                    <b>{format.number(set.n)}</b>
                    <span style={{ height: Math.max(2, (set.n / most) * (BARS_PX - 22)) }} />
                  </span>
                  <Dots ids={ids} set={set} />
                </HrefLink>
              </li>
            ))}
          </ul>
        </div>
      </ChartFrame>
    </Card>
  )
}

function Dots({ ids, set }: { ids: string[]; set: ExactSet }) {
  const places = ids.flatMap((id, index) => (set.in.includes(id) ? [index] : []))
  const [top = 0, bottom = 0] = [places[0], places.at(-1)]
  return (
    <span className={css.dots}>
      <span
        className={css.thread}
        style={{ top: (top + 0.5) * ROW_PX, height: (bottom - top) * ROW_PX }}
      />
      {ids.map((id) => (
        <span key={id} className={set.in.includes(id) ? css.dotOn : css.dot} />
      ))}
    </span>
  )
}

/** The sets with their own sizes, in the rows of the dots. */
function SetNames({ chosen, sets }: { chosen: NamedSet[]; sets: ExactSet[] }) {
  const format = useFormats()
  const sizeOf = (id: string) =>
    sets.reduce((sum, set) => (set.in.includes(id) ? sum + set.n : sum), 0)
  const most = Math.max(1, ...chosen.map(({ id }) => sizeOf(id)))
  return (
    <ul className={css.names} style={{ paddingTop: BARS_PX }}>
      {chosen.map(({ id, name }) => (
        <li key={id} style={{ height: ROW_PX }}>
          <span className="ellipsis" title={name}>
            {name}
          </span>
          <b>{format.number(sizeOf(id))}</b>
          <span className={css.size}>
            <span style={{ width: `${(sizeOf(id) / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  )
}
