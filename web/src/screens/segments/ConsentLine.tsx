import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import type { LineProps } from './lines.tsx'
import { PickToken } from './PickToken.tsx'
import { CONSENT_CHANNELS, CONSENTS, type ConsentCondition } from './rule.ts'
import { channelWords } from './words.ts'

const ANY = '*'

/** Agreed, refused or silent; about which purpose; for which channel. */
export function ConsentLine({ condition, onChange, bad }: LineProps<ConsentCondition>) {
  const t = useT()
  const language = useLanguage()
  const { fields, names } = useEditor()
  const { consent, is } = condition
  const channels = [
    ...new Set([...CONSENT_CHANNELS, ...(consent.channel ? [consent.channel] : [])]),
  ]
  return (
    <>
      <PickToken
        label={t('segments.consent.is')}
        className={css.word}
        plain
        value={is}
        options={CONSENTS.map((each) => ({ value: each, label: t(`segments.consent.${each}`) }))}
        onChange={(next) => {
          const said = CONSENTS.find((each) => each === next)
          if (said) onChange({ ...condition, is: said })
        }}
      >
        {t(`segments.consent.${is}`)}
      </PickToken>
      <PickToken
        label={t('segments.consent.purpose')}
        strong
        bad={bad && !consent.purpose}
        value={consent.purpose}
        options={fields.purposes.map((key) => ({ value: key, label: names.of('purpose', key) }))}
        onChange={(purpose) => onChange({ ...condition, consent: { ...consent, purpose } })}
      >
        {consent.purpose ? names.of('purpose', consent.purpose) : undefined}
      </PickToken>
      <span>{t('segments.consent.by')}</span>
      <PickToken
        label={t('segments.consent.channel')}
        value={consent.channel ?? ANY}
        options={[
          { value: ANY, label: t('segments.consent.channel.all') },
          ...channels.map((each) => ({ value: each, label: channelWords(each, language) })),
        ]}
        onChange={(next) => {
          const { purpose } = consent
          const channel = next === ANY ? {} : { channel: next }
          onChange({ ...condition, consent: { purpose, ...channel } })
        }}
      />
    </>
  )
}
