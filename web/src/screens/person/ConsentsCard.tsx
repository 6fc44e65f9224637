import { IconCheck, IconShieldCheck, IconX } from '@tabler/icons-react'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { usePurposes } from './api.ts'
import css from './person.module.css'
import { CHANNELS, consentFor } from './stays.ts'
import type { Consent, Person } from './types.ts'

/** Purpose by channel: yes, no, or never asked. */
export function ConsentsCard({ person }: { person: Person }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const purposes = usePurposes()
  const known = new Map((purposes.data ?? []).map((each) => [each.key, each.name]))
  const keys = [...new Set([...known.keys(), ...person.consents.map((each) => each.purpose)])]
  const last = person.consents.reduce<Consent | null>(
    (newest, each) => (newest && newest.at >= each.at ? newest : each),
    null,
  )
  if (keys.length === 0) {
    return (
      <Card flush title={t('person.consents.title')}>
        <EmptyState
          icon={<IconShieldCheck />}
          title={t('person.consents.empty.title')}
          why={t('person.consents.empty.why')}
        />
      </Card>
    )
  }
  return (
    <Card flush title={t('person.consents.title')}>
      <div className={css.scrollX}>
        <table className={`${css.table} ${css.matrix}`}>
          <thead>
            <tr>
              <th scope="col">{t('person.consents.purpose')}</th>
              {CHANNELS.map((channel) => (
                <th key={channel} scope="col">
                  {t(`person.channel.${channel}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key}>
                <th scope="row">{localText(known.get(key) ?? key, language)}</th>
                {CHANNELS.map((channel) => (
                  <td key={channel}>
                    <Answer consent={consentFor(person.consents, key, channel)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.consentFoot}>
        {last
          ? t('person.consents.last', { date: format.dateTime(last.at), source: sourceName(last) })
          : t('person.consents.none')}
      </p>
    </Card>
  )
}

const sourceName = (consent: Consent): string =>
  typeof consent.source === 'string' ? consent.source : (consent.source?.name ?? '—')

function Answer({ consent }: { consent: Consent | null }) {
  const t = useT()
  const format = useFormats()
  if (!consent) {
    return (
      <span className="ink-3" title={t('person.consents.never')}>
        –
      </span>
    )
  }
  return (
    <span
      className={`${css.answer} ${consent.granted ? css.teal : ''}`}
      title={`${sourceName(consent)} · ${format.dateTime(consent.at)}`}
    >
      {consent.granted ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
      {t(consent.granted ? 'person.consents.yes' : 'person.consents.no')}
    </span>
  )
}
