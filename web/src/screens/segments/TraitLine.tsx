import { useLanguage, useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import { newTrait, traitKind } from './fields.ts'
import { opsFor, valueFor } from './ops.ts'
import { PartyToken } from './PartyToken.tsx'
import { PickToken } from './PickToken.tsx'
import { withParty } from './party.ts'
import type { Op, TraitCondition } from './rule.ts'
import { ValueToken } from './ValueToken.tsx'
import { opWords } from './words.ts'

type TraitLineProps = {
  condition: TraitCondition
  onChange: (next: TraitCondition) => void
  bad: boolean
}

/** Field, operator, value, and whose data where that is asked. */
export function TraitLine({ condition, onChange, bad }: TraitLineProps) {
  const t = useT()
  const language = useLanguage()
  const { fields, names } = useEditor()
  const kind = traitKind(fields, condition.trait)
  const operators = [...new Set([...opsFor(kind), condition.op])]
  return (
    <>
      <PickToken
        label={t('segments.field')}
        strong
        bad={bad && !condition.trait}
        value={condition.trait}
        options={fields.traits.map((each) => ({ value: each.key, label: names.trait(each.key) }))}
        onChange={(key) => onChange(newTrait(fields, key))}
      >
        {condition.trait ? names.trait(condition.trait) : undefined}
      </PickToken>
      <PickToken
        label={t('segments.operator')}
        value={condition.op}
        options={operators.map((op) => ({ value: op, label: opWords(op, language) }))}
        onChange={(op) =>
          onChange({ ...condition, op: op as Op, value: valueFor(op as Op, condition.value) })
        }
      />
      <ValueToken
        label={names.trait(condition.trait)}
        op={condition.op}
        value={condition.value}
        kind={kind}
        suggest={{ trait: condition.trait }}
        onChange={(value) => onChange({ ...condition, value })}
      />
      {condition.party && (
        <PartyToken
          party={condition.party}
          onChange={(next) => onChange(withParty(condition, next))}
        />
      )}
    </>
  )
}
