import { useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import type { LineProps } from './lines.tsx'
import { PickToken } from './PickToken.tsx'
import type { ListCondition } from './rule.ts'

/** On a static list. */
export function ListLine({ condition, onChange, bad }: LineProps<ListCondition>) {
  const t = useT()
  const { fields, names } = useEditor()
  const { list } = condition
  return (
    <>
      <span>{t('segments.onList')}</span>
      <PickToken
        label={t('segments.onList.list')}
        strong
        bad={bad && !list}
        value={list}
        options={fields.lists.map((each) => ({
          value: each.id,
          label: names.of('list', each.id),
        }))}
        onChange={(id) => onChange({ list: id })}
      >
        {list ? names.of('list', list) : undefined}
      </PickToken>
    </>
  )
}
