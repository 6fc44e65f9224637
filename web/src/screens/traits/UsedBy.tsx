import { Link } from '@tanstack/react-router'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import type { ComputedTrait } from './api.ts'

/** The segments and formulas that name a trait, each a way to it. */
export function UsedBy({ segments, traits }: ComputedTrait['usedBy']) {
  const t = useT()
  const language = useLanguage()
  const users = [
    ...segments.map((one) => ({ ...one, to: '/segments/$id' as const })),
    ...traits.map((one) => ({ ...one, to: '/traits/$id' as const })),
  ]
  if (users.length === 0) return <span className="ink-3">{t('traits.unused')}</span>
  return (
    <span className="ellipsis">
      {users.map(({ id, name, to }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to={to} params={{ id }}>
            {localText(name, language)}
          </Link>
        </span>
      ))}
    </span>
  )
}
