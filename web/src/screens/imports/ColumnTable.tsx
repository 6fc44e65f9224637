import { Select } from '@mantine/core'
import { useT } from '../../i18n/i18n.ts'
import css from './Imports.module.css'
import { type Mapping, traitKey } from './mapping.ts'
import type { ReadFile } from './read-file.ts'

type ColumnTableProps = {
  file: ReadFile
  mapping: Mapping
  onChange: (mapping: Mapping) => void
}

const ignored = 'ignore'

/** One row a column: its name, three sample values, how full it is, and what it becomes. */
export function ColumnTable({ file, mapping, onChange }: ColumnTableProps) {
  const t = useT()
  const set = (index: number, value: string | null) =>
    onChange(mapping.map((one, at) => (at === index ? (value === ignored ? null : value) : one)))
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('imports.column')}</th>
            <th scope="col">{t('imports.samples')}</th>
            <th scope="col">{t('imports.filled')}</th>
            <th scope="col">{t('imports.becomes')}</th>
          </tr>
        </thead>
        <tbody>
          {file.headers.map((header, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
            <tr key={index}>
              <th scope="row">{header || t('imports.unnamed', { number: index + 1 })}</th>
              <td className="ink-2">{samples(file.rows, index).join(' · ')}</td>
              <td>{filled(file.rows, index)} %</td>
              <td>
                <Select
                  aria-label={t('imports.becomesOf', { column: header })}
                  value={mapping[index] ?? ignored}
                  onChange={(value) => set(index, value)}
                  data={[
                    {
                      group: t('imports.identifiers'),
                      items: ['user_id', 'email', 'phone', 'anonymous_id']
                        .map((value) => ({
                          value,
                          label: value,
                        }))
                        .concat(identifierChoice(header)),
                    },
                    {
                      group: t('imports.traits'),
                      items: [...new Set([`trait:${traitKey(header)}`, mapping[index] ?? ''])]
                        .filter((value) => value.startsWith('trait:'))
                        .map((value) => ({ value, label: value.slice(6) })),
                    },
                    { group: '—', items: [{ value: ignored, label: t('imports.ignore') }] },
                  ]}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The column as an identifier of its own; a loyalty card keeps the usual name. */
function identifierChoice(header: string): { value: string; label: string }[] {
  const key = traitKey(header)
  const names = [...new Set(['loyalty_card', key])].filter(
    (name) => name && !['user_id', 'email', 'phone', 'anonymous_id'].includes(name),
  )
  return names.map((name) => ({ value: `id:${name}`, label: name }))
}

function samples(rows: string[][], index: number): string[] {
  const values = rows.slice(0, 200).map((row) => (row[index] ?? '').trim())
  return [...new Set(values.filter(Boolean))].slice(0, 3)
}

/** Share of the first 10,000 rows that have a value, in percent. */
function filled(rows: string[][], index: number): number {
  const looked = rows.slice(0, 10_000)
  const full = looked.filter((row) => (row[index] ?? '').trim() !== '').length
  return Math.round((full / Math.max(1, looked.length)) * 100)
}
