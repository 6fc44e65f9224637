import { useLanguage, useT } from '../../i18n/i18n.ts'
import type { LineProps } from './lines.tsx'
import { PickToken } from './PickToken.tsx'
import { REACHABLE, type ReachableCondition } from './rule.ts'
import { channelWords } from './words.ts'

/** An address is known in a channel, and consent allows marketing there. */
export function ReachableLine({ condition, onChange }: LineProps<ReachableCondition>) {
  const t = useT()
  const language = useLanguage()
  return (
    <>
      <span>{t('segments.reachableBy')}</span>
      <PickToken
        label={t('segments.consent.channel')}
        strong
        value={condition.reachable}
        options={REACHABLE.map((each) => ({ value: each, label: channelWords(each, language) }))}
        onChange={(next) => {
          const reachable = REACHABLE.find((each) => each === next)
          if (reachable) onChange({ reachable })
        }}
      />
    </>
  )
}
