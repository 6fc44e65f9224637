import { CloseButton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { TimesToken, WindowToken } from './EventTokens.tsx'
import { useEditor } from './editor.ts'
import { propertiesOf, propertyKind } from './fields.ts'
import { kindOf, opsFor, valueFor } from './ops.ts'
import { PickToken } from './PickToken.tsx'
import { type EventCondition, type Filter, isNever, type Op } from './rule.ts'
import { ValueToken } from './ValueToken.tsx'
import { opWords } from './words.ts'

type EventLineProps = {
  condition: EventCondition
  onChange: (next: EventCondition) => void
  bad: boolean
}

/** Done or not done, which event, how often, over how long, and where its properties are so. */
export function EventLine({ condition, onChange, bad }: EventLineProps) {
  const t = useT()
  const { fields, names, canEdit } = useEditor()
  const never = isNever(condition)
  const properties = propertiesOf(fields, condition.did)
  const where = condition.where ?? []
  const first = properties[0]
  const add = () => {
    if (!first) return
    const op = opsFor(kindOf(first.types))[0] ?? 'equals'
    onChange({ ...condition, where: [...where, { property: first.path, op }] })
  }
  const adder = canEdit && first && (
    <button type="button" className={css.addWhere} onClick={add}>
      <IconPlus size={14} aria-hidden />
      {t('segments.where.add')}
    </button>
  )
  return (
    <>
      <PickToken
        label={t('segments.did')}
        className={css.word}
        plain
        value={never ? 'never' : 'did'}
        options={[
          { value: 'did', label: t('segments.did.yes') },
          { value: 'never', label: t('segments.did.never') },
        ]}
        onChange={(next) =>
          onChange({
            ...condition,
            times: next === 'never' ? { op: 'atMost', count: 0 } : { op: 'atLeast', count: 1 },
          })
        }
      >
        {t(never ? 'segments.did.never' : 'segments.did.yes')}
      </PickToken>
      <PickToken
        label={t('segments.event')}
        strong
        bad={bad && !condition.did}
        value={condition.did}
        options={fields.events.map((each) => ({ value: each.name, label: names.event(each.name) }))}
        onChange={(did) => onChange({ ...condition, did, where: [] })}
      >
        {condition.did ? names.event(condition.did) : undefined}
      </PickToken>
      {!never && <TimesToken condition={condition} onChange={onChange} />}
      <WindowToken condition={condition} onChange={onChange} />
      {where.length === 0 && adder}
      {where.map((filter, index) => (
        <WhereLine
          // biome-ignore lint/suspicious/noArrayIndexKey: a filter is its place in the line
          key={index}
          event={condition.did}
          filter={filter}
          first={index === 0}
          after={index === where.length - 1 ? adder : null}
          onChange={(next) =>
            onChange({
              ...condition,
              where: next
                ? where.map((each, n) => (n === index ? next : each))
                : where.filter((_, n) => n !== index),
            })
          }
        />
      ))}
    </>
  )
}

type WhereLineProps = {
  event: string
  filter: Filter
  first: boolean
  /** Stands at the end of the last filter: « + où ». */
  after: ReactNode
  onChange: (next: Filter | null) => void
}

function WhereLine({ event, filter, first, after, onChange }: WhereLineProps) {
  const t = useT()
  const language = useLanguage()
  const { fields, names, canEdit } = useEditor()
  const kind = propertyKind(fields, event, filter.property)
  const known = propertiesOf(fields, event)
  const operators = [...new Set([...opsFor(kind), filter.op])]
  return (
    <div className={css.where}>
      <span className={css.whereWord}>{t(first ? 'segments.where' : 'segments.and')}</span>
      <PickToken
        label={t('segments.property')}
        strong
        value={filter.property}
        options={known.map((each) => ({ value: each.path, label: names.property(each.path) }))}
        onChange={(property) => {
          const op = opsFor(propertyKind(fields, event, property))[0] ?? 'equals'
          onChange({ property, op, value: valueFor(op, undefined) })
        }}
      >
        {filter.property ? names.property(filter.property) : undefined}
      </PickToken>
      <PickToken
        label={t('segments.operator')}
        value={filter.op}
        options={operators.map((op) => ({ value: op, label: opWords(op, language) }))}
        onChange={(op) =>
          onChange({ ...filter, op: op as Op, value: valueFor(op as Op, filter.value) })
        }
      />
      <ValueToken
        label={names.property(filter.property)}
        op={filter.op}
        value={filter.value}
        kind={kind}
        suggest={{
          values: known.find((each) => each.path === filter.property)?.sampleValues ?? [],
        }}
        onChange={(value) => onChange({ ...filter, value })}
      />
      {canEdit && (
        <CloseButton
          size={24}
          aria-label={t('segments.where.remove', { property: names.property(filter.property) })}
          onClick={() => onChange(null)}
        />
      )}
      {after}
    </div>
  )
}
