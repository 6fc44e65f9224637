import { useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import { NAMESPACES } from './fields.ts'
import type { LineProps } from './lines.tsx'
import { PickToken } from './PickToken.tsx'
import type { IdentifierCondition } from './rule.ts'

/** Has an identifier of a namespace. */
export function IdentifierLine({ condition, onChange, bad }: LineProps<IdentifierCondition>) {
  const t = useT()
  const { names } = useEditor()
  const { identifier } = condition
  const known = [...new Set([...NAMESPACES, ...(identifier ? [identifier] : [])])]
  return (
    <>
      <span>{t('segments.identifier')}</span>
      <PickToken
        label={t('segments.identifier.namespace')}
        strong
        bad={bad && !identifier}
        value={identifier}
        options={known.map((each) => ({ value: each, label: names.of('namespace', each) }))}
        onChange={(next) => onChange({ identifier: next })}
      />
    </>
  )
}
