import { useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import type { LineProps } from './lines.tsx'
import { ReferenceLine } from './ReferenceLine.tsx'
import type { SegmentCondition } from './rule.ts'

/** Member of another segment. */
export function SegmentLine({ condition, onChange, bad }: LineProps<SegmentCondition>) {
  const t = useT()
  const { fields } = useEditor()
  return (
    <ReferenceLine
      kind="segment"
      id={condition.segment}
      options={fields.segments}
      words={{ before: t('segments.member'), label: t('segments.member.segment') }}
      bad={bad}
      onPick={(segment) => onChange({ segment })}
    />
  )
}
