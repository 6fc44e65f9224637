import { useContext } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './Home.module.css'
import type { Flow } from './overview.ts'
import { RateUnit } from './steady-flow.ts'

/** The table twin of the flow picture. */
export function FlowTable({ flow }: { flow: Flow }) {
  const t = useT()
  const format = useFormats()
  const per = useContext(RateUnit)
  const rows: [string, string, string, string][] = [
    ...flow.sources.map((source): [string, string, string, string] => [
      t('home.table.source'),
      source.name,
      `${format.rate(source.perSecond)} ${t(`home.unit.${per}.log`)}`,
      source.silentSince ? t('home.table.silent', { at: format.time(source.silentSince) }) : '',
    ]),
    ...flow.stages.map((stage): [string, string, string, string] => [
      t('home.table.stage'),
      t(`home.stage.${stage.key}`),
      `${format.rate(stage.perSecond)} ${t(`home.unit.${per}.${stage.key}`)}`,
      t('home.flow.lag', { time: format.duration(stage.lagMs) }),
    ]),
    ...flow.destinations.map((one): [string, string, string, string] => [
      t('home.table.destination'),
      one.name,
      `${format.rate(one.perSecond)} ${t(`home.unit.${per}.deliver`)}`,
      one.lateBy ? t('home.flow.late', { time: format.duration(one.lateBy) }) : '',
    ]),
  ]
  return (
    <div className={css.tableScroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('home.table.kind')}</th>
            <th scope="col">{t('home.table.name')}</th>
            <th scope="col" className={css.end}>
              {t('home.table.rate')}
            </th>
            <th scope="col">{t('home.table.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row[0]} ${row[1]}`}>
              <td>{row[0]}</td>
              <th scope="row">{row[1]}</th>
              <td className={css.end}>{row[2]}</td>
              <td>{row[3]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
