import type { ReactNode } from 'react'
import css from './Facts.module.css'

export type Fact = { label: ReactNode; value: ReactNode; note?: ReactNode }

type FactsProps = {
  facts: Fact[]
  /** They stand in a card, which has the frame. */
  inCard?: boolean
}

/** The facts that matter on a detail page: three lines each, separated by lines, not boxes. */
export function Facts({ facts, inCard }: FactsProps) {
  return (
    <dl className={`${css.facts} ${inCard ? css.inCard : ''}`}>
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
