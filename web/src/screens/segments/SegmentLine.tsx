import { useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import { PickToken } from './PickToken.tsx'
import type { SegmentCondition } from './rule.ts'

type SegmentLineProps = {
  condition: SegmentCondition
  onChange: (next: SegmentCondition) => void
  bad: boolean
}

/** Member of another segment. */
export function SegmentLine({ condition, onChange, bad }: SegmentLineProps) {
  const t = useT()
  const { fields, names } = useEditor()
  const { segment } = condition
  return (
    <>
      <span>{t('segments.member')}</span>
      <PickToken
        label={t('segments.member.segment')}
        strong
        bad={bad && !segment}
        value={segment}
        options={fields.segments.map((each) => ({
          value: each.id,
          label: names.of('segment', each.id),
        }))}
        onChange={(id) => onChange({ segment: id })}
      >
        {segment ? names.of('segment', segment) : undefined}
      </PickToken>
    </>
  )
}
