import { IconCircleCheck } from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { HrefLink } from '../../design/LinkButton.tsx'
import { RelativeTime } from '../../design/RelativeTime.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import css from './Home.module.css'
import type { Attention } from './overview.ts'

/** What needs a person, each with its next step. */
export function AttentionCard({ items }: { items: Attention[] }) {
  const t = useT()
  const language = useLanguage()
  return (
    <Card flush title={t('home.attention')} note={items.length > 0 ? String(items.length) : ''}>
      {items.length === 0 && (
        <p className={css.calm}>
          <IconCircleCheck size={17} aria-hidden /> {t('home.attentionNone')}
        </p>
      )}
      <ul className={css.list}>
        {items.map((item) => (
          <li key={item.key} className={css.line}>
            <span className={css.amberDot} aria-hidden />
            <span className={css.lineText}>
              <span className={css.lineTitle}>{localText(item.text, language)}</span>
              {item.since && (
                <span className="meta">
                  <RelativeTime at={item.since} />
                </span>
              )}
            </span>
            <HrefLink href={item.href} className={css.see}>
              {t('home.see')}
              <span className="visually-hidden"> : {localText(item.text, language)}</span>
            </HrefLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}
