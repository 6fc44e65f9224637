import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { HrefLink } from '../../design/LinkButton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import type { Balance, Health } from './api.ts'
import css from './Health.module.css'
import { type Trouble, troublesOf } from './troubles.ts'
import { bytesText } from './words.ts'

/** Where to look next for each trouble; the others are explained further down the page. */
const ways: Partial<Record<Trouble['key'], string>> = {
  paused: '/destinations',
  retrying: '/deliveries',
}

/** Troubles that the counts further down this page explain. */
const inCounts = new Set<Trouble['key']>(['unbalanced', 'dead'])

/** The whole page in one place: all is well, or what is not, each with what it means. */
export function Verdict({ health, balance }: { health: Health; balance: Balance | undefined }) {
  const t = useT()
  const troubles = troublesOf(health, balance)
  if (troubles.length === 0) {
    return (
      <p className={css.well}>
        <IconCircleCheck size={18} aria-hidden />
        <strong>{t('health.well')}</strong> {t('health.wellWhy')}
      </p>
    )
  }
  return (
    <ul className={css.troubles} aria-label={t('health.troubles')}>
      {troubles.map((trouble) => (
        <TroubleLine key={trouble.key} trouble={trouble} />
      ))}
    </ul>
  )
}

function TroubleLine({ trouble }: { trouble: Trouble }) {
  const t = useT()
  const format = useFormats()
  const { key, tone, count } = trouble
  const n = key === 'disk' ? bytesText(format, count) : format.number(count)
  const time = format.duration(trouble.lagMs ?? 0)
  const way = ways[key]
  const anchor = inCounts.has(key) ? '#balance' : null
  const sentence = t(`health.trouble.${key}`, { count, n, time })
  const words = (
    <>
      {t('health.see')}
      <span className="visually-hidden"> : {sentence}</span>
    </>
  )
  const Found = tone === 'red' ? IconCircleX : IconAlertTriangle
  return (
    <li className={tone === 'red' ? css.troubleRed : css.troubleAmber}>
      <Found size={18} aria-hidden />
      <span>
        <strong>{sentence}</strong> {t(`health.meaning.${key}`)}
      </span>
      {way && (
        <HrefLink href={way} className={css.way}>
          {words}
        </HrefLink>
      )}
      {anchor && (
        <a href={anchor} className={css.way}>
          {words}
        </a>
      )}
    </li>
  )
}
