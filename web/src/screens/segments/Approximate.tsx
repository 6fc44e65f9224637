import { Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import type { Approximate as Part } from './api.ts'
import css from './segments.module.css'

type ApproximateProps = {
  parts: readonly Part[]
  /** What is said before the conditions. */
  lead: string
  children: ReactNode
}

/** "≈ …", which says of which conditions that is, and why; exact where there are none. */
export function Approximate({ parts, lead, children }: ApproximateProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  if (parts.length === 0) return children
  const reasons = parts.map(({ path, sentence, people, keeps, kept }) => (
    <li key={`${path} ${keeps}`}>
      {t(`segments.approximate.${keeps}`, {
        sentence: localText(sentence, language),
        count: people,
        n: format.number(people),
        kept: format.number(kept),
      })}
    </li>
  ))
  return (
    <Tooltip
      multiline
      maw={360}
      // It belongs to the part of the page in which it stands, and is not cut by it.
      withinPortal={false}
      floatingStrategy="fixed"
      events={{ hover: true, focus: true, touch: true }}
      label={
        <>
          <p>{lead}</p>
          <ul>{reasons}</ul>
        </>
      }
    >
      <button type="button" className={css.approximate}>
        ≈ {children}
      </button>
    </Tooltip>
  )
}
