import type { ReactNode } from 'react'
import css from './Facts.module.css'

export type Fact = { label: ReactNode; value: ReactNode; note?: ReactNode }

/** The facts that matter on a detail page: three lines each, separated by lines, not boxes. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className={css.facts}>
      {facts.map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the strip is fixed
        <div key={index} className={css.fact}>
          <dt className={css.label}>{fact.label}</dt>
          <dd className={css.value}>{fact.value}</dd>
          {fact.note && <dd className={css.note}>{fact.note}</dd>}
        </div>
      ))}
    </dl>
  )
}
