import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { PropertyPick, WhereLines } from './EventParts.tsx'
import { CountTokens } from './EventTokens.tsx'
import { useEditor } from './editor.ts'
import { propertiesOf } from './fields.ts'
import { kindOf, opsFor, valueFor } from './ops.ts'
import { PickToken } from './PickToken.tsx'
import {
  type Filter,
  type HasCondition,
  isNever,
  isObjectMeasure,
  OBJECT_MEASURES,
  type ObjectCondition,
  type ObjectMeasureCondition,
  type Op,
} from './rule.ts'
import { ValueToken } from './ValueToken.tsx'
import { measureWords, opWords } from './words.ts'

type ObjectLineProps = {
  condition: ObjectCondition
  onChange: (next: ObjectCondition) => void
  bad: boolean
}

/** Has or has not, how many objects of which type, where their attributes are so; or a number. */
export function ObjectLine({ condition, onChange, bad }: ObjectLineProps) {
  return isObjectMeasure(condition) ? (
    <MeasureLine condition={condition} onChange={onChange} bad={bad} />
  ) : (
    <HasLine condition={condition} onChange={onChange} bad={bad} />
  )
}

type LineProps<C> = Omit<ObjectLineProps, 'condition'> & { condition: C }

function HasLine({ condition, onChange, bad }: LineProps<HasCondition>) {
  const { times = { op: 'atLeast', count: 1 } } = condition
  return (
    <>
      <WhatToken condition={condition} onChange={onChange} />
      {!isNever({ times }) && (
        <CountTokens times={times} onChange={(next) => onChange({ ...condition, times: next })} />
      )}
      <TypePick condition={condition} onChange={onChange} bad={bad} />
      <Where condition={condition} onChange={onChange} />
    </>
  )
}

function MeasureLine({ condition, onChange, bad }: LineProps<ObjectMeasureCondition>) {
  const t = useT()
  const language = useLanguage()
  const { names } = useEditor()
  const { op, value, property } = condition
  const operators = [...new Set([...opsFor('number'), op])]
  return (
    <>
      <WhatToken condition={condition} onChange={onChange} />
      {t('segments.measure.of')}
      <PropertyPick
        label={t('segments.property')}
        of={condition}
        property={property}
        onChange={(next) => onChange({ ...condition, property: next })}
      />
      {t('segments.object.their')}
      <TypePick condition={condition} onChange={onChange} bad={bad} />
      <Where condition={condition} onChange={onChange} />
      <div className={css.where}>
        <PickToken
          label={t('segments.operator')}
          value={op}
          options={operators.map((each) => ({ value: each, label: opWords(each, language) }))}
          onChange={(next) =>
            onChange({ ...condition, op: next as Op, value: valueFor(next as Op, value) })
          }
        />
        <ValueToken
          label={property ? names.property(property) : t('segments.value')}
          op={op}
          value={value}
          kind="number"
          suggest={{ values: [] }}
          onChange={(next) => onChange({ ...condition, value: next })}
        />
      </div>
    </>
  )
}

type PartProps = Omit<ObjectLineProps, 'bad'>

/** Has, has none, or which number is made of an attribute. */
function WhatToken({ condition, onChange }: PartProps) {
  const t = useT()
  const language = useLanguage()
  const { fields } = useEditor()
  const chosen = isObjectMeasure(condition)
    ? condition.measure
    : isNever({ times: condition.times })
      ? 'none'
      : 'has'
  const { object, where = [] } = condition
  const choose = (next: string) => {
    const measure = OBJECT_MEASURES.find((each) => each === next)
    if (!measure) {
      const times = next === 'none' ? ({ op: 'atMost', count: 0 } as const) : undefined
      return onChange({ object, where, times: times ?? { op: 'atLeast', count: 1 } })
    }
    if (isObjectMeasure(condition)) return onChange({ ...condition, measure })
    const known = propertiesOf(fields, { object })
    const number = known.find((each) => kindOf(each.types) === 'number')
    onChange({ object, where, measure, property: number?.path ?? '', op: 'greaterOrEqual' })
  }
  const words = { has: t('segments.object.has'), none: t('segments.object.none') }
  return (
    <PickToken
      label={t('segments.object.what')}
      strong={isObjectMeasure(condition)}
      value={chosen}
      options={[
        { value: 'has', label: words.has },
        { value: 'none', label: words.none },
        ...OBJECT_MEASURES.map((each) => ({ value: each, label: measureWords(each, language) })),
      ]}
      onChange={choose}
    />
  )
}

/** Which type of objects: another one has other attributes, so the filters are gone. */
function TypePick({ condition, onChange, bad }: ObjectLineProps) {
  const t = useT()
  const { fields, names } = useEditor()
  const { object } = condition
  return (
    <PickToken
      label={t('segments.object.type')}
      strong
      bad={bad && object === ''}
      value={object}
      options={fields.objects.map(({ type }) => ({
        value: type,
        label: names.of('object', type),
      }))}
      onChange={(type) =>
        onChange({
          ...condition,
          object: type,
          where: [],
          ...(isObjectMeasure(condition) ? { property: '' } : {}),
        })
      }
    >
      {object ? names.of('object', object) : t('segments.token.choose')}
    </PickToken>
  )
}

function Where({ condition, onChange }: PartProps) {
  const set = (where: Filter[]) => onChange({ ...condition, where })
  return <WhereLines of={condition} where={condition.where ?? []} onChange={set} />
}
