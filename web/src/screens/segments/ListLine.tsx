import { useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import type { LineProps } from './lines.tsx'
import { ReferenceLine } from './ReferenceLine.tsx'
import type { ListCondition } from './rule.ts'

/** On a static list. */
export function ListLine({ condition, onChange, bad }: LineProps<ListCondition>) {
  const t = useT()
  const { fields } = useEditor()
  return (
    <ReferenceLine
      kind="list"
      id={condition.list}
      options={fields.lists}
      words={{ before: t('segments.onList'), label: t('segments.onList.list') }}
      bad={bad}
      onPick={(list) => onChange({ list })}
    />
  )
}
