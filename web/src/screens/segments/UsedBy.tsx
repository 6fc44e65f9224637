import { Link } from '@tanstack/react-router'
import { type LocalText, localText, useLanguage } from '../../i18n/i18n.ts'

type User = { id: string; name: LocalText }

type UsedByProps = {
  segments: readonly User[]
  traits?: readonly User[]
  /** What is said where nothing uses it. */
  none: string
}

/** The segments and formulas that name something, each a way to it. */
export function UsedBy({ segments, traits = [], none }: UsedByProps) {
  const language = useLanguage()
  const users = [
    ...segments.map((one) => ({ ...one, to: '/segments/$id' as const })),
    ...traits.map((one) => ({ ...one, to: '/traits/$id' as const })),
  ]
  if (users.length === 0) return <span className="ink-3">{none}</span>
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
