import { Link } from '@tanstack/react-router'
import { type LocalText, localText, useLanguage, useT } from '../../i18n/i18n.ts'

/** The segments that name a trait, each a way to it. */
export function UsedBy({ segments }: { segments: readonly { id: string; name: LocalText }[] }) {
  const t = useT()
  const language = useLanguage()
  if (segments.length === 0) return <span className="ink-3">{t('traits.unused')}</span>
  return (
    <span className="ellipsis">
      {segments.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to="/segments/$id" params={{ id }}>
            {localText(name, language)}
          </Link>
        </span>
      ))}
    </span>
  )
}
