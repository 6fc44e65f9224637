import { IconQuote } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useLanguage } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { pathKey, useEditor } from './editor.ts'
import { type Part, sentenceParts } from './sentence.ts'

/** The rule in words; the part of the line under the cursor is teal. */
export function SentenceCard() {
  const language = useLanguage()
  const { rule, names, active } = useEditor()
  const parts = useMemo(() => sentenceParts(rule, names, language), [rule, names, language])
  return (
    <section className={css.sentence}>
      <IconQuote size={18} aria-hidden />
      <p aria-live="polite">
        {parts.map((part, index) => (
          <Words
            // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the sentence
            key={index}
            part={part}
            lit={active !== null && within(pathKey(part.path), active)}
          />
        ))}
      </p>
    </section>
  )
}

const within = (path: string, line: string): boolean => path === line || path.startsWith(`${line}.`)

function Words({ part, lit }: { part: Part; lit: boolean }) {
  const look = lit ? css.lit : undefined
  return part.strong ? (
    <b className={look}>{part.text}</b>
  ) : (
    <span className={look}>{part.text}</span>
  )
}
