import { CloseButton } from '@mantine/core'
import { IconMinus } from '@tabler/icons-react'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { EventFilters, EventPick, PropertyPick } from './EventParts.tsx'
import { useEditor } from './editor.ts'
import { propertyKind } from './fields.ts'
import { filterOpsFor, type ValueKind, valueFor } from './ops.ts'
import { PeriodToken } from './PeriodToken.tsx'
import { PickToken } from './PickToken.tsx'
import {
  MEASURES,
  type Measure,
  type MeasureCondition,
  type MeasureName,
  type Op,
  THAN_OPS,
} from './rule.ts'
import { ValueToken } from './ValueToken.tsx'
import { measureWords, opWords } from './words.ts'

type MeasureLineProps = {
  condition: MeasureCondition
  onChange: (next: MeasureCondition) => void
  bad: boolean
}

/** A number made of events, compared with a value or with another such number. */
export function MeasureLine({ condition, onChange, bad }: MeasureLineProps) {
  const { op, value, than, ...measure } = condition
  return (
    <>
      <MeasureTokens
        measure={measure}
        bad={bad}
        onChange={(next) => onChange({ ...next, ...withoutUndefined({ op, value, than }) })}
      />
      <div className={css.where}>
        <Comparison condition={condition} onChange={onChange} />
      </div>
      {than && (
        <div className={css.where}>
          <MeasureTokens
            measure={than}
            bad={bad}
            onChange={(next) => onChange({ ...condition, than: next })}
          />
        </div>
      )}
    </>
  )
}

function withoutUndefined({ op, value, than }: Pick<MeasureCondition, 'op' | 'value' | 'than'>) {
  return {
    op,
    ...(value === undefined ? {} : { value }),
    ...(than === undefined ? {} : { than }),
  }
}

/** The operator, then a value or the words that another measure follows. */
function Comparison({ condition, onChange }: Omit<MeasureLineProps, 'bad'>) {
  const t = useT()
  const language = useLanguage()
  const { fields, names } = useEditor()
  const { op, value, than, ...measure } = condition
  const kind = resultKind(
    measure,
    propertyKind(fields, { event: measure.of.did }, measure.property ?? ''),
  )
  const ops = [...new Set([...(than ? THAN_OPS : filterOpsFor(kind)), op])]
  const compareWith = (what: string) => {
    if (what === 'value') return onChange({ ...measure, op, value: valueFor(op, undefined) })
    const { less: _, ...other } = measure
    onChange({ ...measure, op: THAN_OPS.includes(op) ? op : 'greater', than: other })
  }
  return (
    <>
      <PickToken
        label={t('segments.operator')}
        value={op}
        options={ops.map((each) => ({ value: each, label: opWords(each, language) }))}
        onChange={(next) =>
          onChange(
            than
              ? { ...condition, op: next as Op }
              : { ...condition, op: next as Op, value: valueFor(next as Op, value) },
          )
        }
      />
      <PickToken
        label={t('segments.than')}
        className={css.word}
        plain
        value={than ? 'measure' : 'value'}
        options={[
          { value: 'value', label: t('segments.than.value') },
          { value: 'measure', label: t('segments.than.measure') },
        ]}
        onChange={compareWith}
      >
        {t(than ? 'segments.than.measure' : 'segments.than.value')}
      </PickToken>
      {!than && (
        <ValueToken
          label={measure.property ? names.property(measure.property) : t('segments.value')}
          op={op}
          value={value}
          kind={kind}
          suggest={{ values: [] }}
          onChange={(next) => onChange({ ...condition, value: next })}
        />
      )}
    </>
  )
}

/** The first and the last value are what the property is; all other results are numbers. */
function resultKind({ measure }: Measure, property: ValueKind): ValueKind {
  return measure === 'first' || measure === 'last' ? property : 'number'
}

type MeasureTokensProps = { measure: Measure; onChange: (next: Measure) => void; bad: boolean }

function MeasureTokens({ measure, onChange, bad }: MeasureTokensProps) {
  const t = useT()
  const language = useLanguage()
  const { measure: name, of, property, less, within } = measure
  const counts = name === 'count'
  const setName = (next: MeasureName) => {
    const { property: _, less: __, ...plain } = measure
    const canLessen = next === 'count' || next === 'sum'
    onChange({
      ...plain,
      measure: next,
      ...(next === 'count' ? {} : { property: property ?? '' }),
      ...(less && canLessen ? { less } : {}),
    })
  }
  return (
    <>
      <PickToken
        label={t('segments.measure')}
        strong
        value={name}
        options={MEASURES.map((each) => ({ value: each, label: measureWords(each, language) }))}
        onChange={(next) => setName(next as MeasureName)}
      />
      {t('segments.measure.of')}
      {!counts && (
        <>
          <PropertyPick
            label={t('segments.property')}
            of={{ event: of.did }}
            property={property ?? ''}
            onChange={(next) => onChange({ ...measure, property: next })}
          />
          {t('segments.measure.over')}
        </>
      )}
      <EventPick
        events={of}
        any
        bad={bad && of.did === ''}
        onChange={(next) => onChange({ ...measure, of: next })}
      />
      <PeriodToken
        label={t('segments.window')}
        period={within ?? null}
        onChange={(next) => onChange({ ...measure, within: next })}
      />
      <EventFilters events={of} onChange={(next) => onChange({ ...measure, of: next })} />
      {(counts || name === 'sum') && <Less measure={measure} onChange={onChange} bad={bad} />}
    </>
  )
}

/** Refunds and cancellations that are taken off; one button while there are none. */
function Less({ measure, onChange, bad }: MeasureTokensProps) {
  const t = useT()
  const { canEdit } = useEditor()
  const { less, property } = measure
  if (!less) {
    if (!canEdit) return null
    const fresh = { of: { did: '' }, ...(property ? { property } : {}) }
    return (
      <button
        type="button"
        className={css.addWhere}
        onClick={() => onChange({ ...measure, less: fresh })}
      >
        <IconMinus size={14} aria-hidden />
        {t('segments.less.add')}
      </button>
    )
  }
  const set = (next: typeof less) => onChange({ ...measure, less: next })
  const remove = () => {
    const { less: _, ...kept } = measure
    onChange(kept)
  }
  return (
    <div className={css.where}>
      <span className={css.whereWord}>{t('segments.less')}</span>
      {measure.measure === 'sum' && (
        <>
          <PropertyPick
            label={t('segments.property')}
            of={{ event: less.of.did }}
            property={less.property ?? property ?? ''}
            onChange={(next) => set({ ...less, property: next })}
          />
          {t('segments.measure.over')}
        </>
      )}
      <EventPick
        events={less.of}
        any
        bad={bad && less.of.did === ''}
        onChange={(of) => set({ ...less, of })}
      />
      {canEdit && <CloseButton size={24} aria-label={t('segments.less.remove')} onClick={remove} />}
      <EventFilters events={less.of} onChange={(of) => set({ ...less, of })} />
    </div>
  )
}
