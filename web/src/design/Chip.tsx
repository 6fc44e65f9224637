import type { ReactNode } from 'react'
import css from './Chip.module.css'

export type ChipTone = 'neutral' | 'teal' | 'amber' | 'red' | 'outline'
type ChipProps = { tone?: ChipTone; icon?: ReactNode; title?: string; children: ReactNode }

/** A state in two words, 22 high. Amber = needs a person, red = refused. Icons are 13 px. */
export function Chip({ tone = 'neutral', icon, title, children }: ChipProps) {
  return (
    <span className={`${css.chip} ${css[tone]}`} title={title}>
      {icon}
      {children}
    </span>
  )
}
