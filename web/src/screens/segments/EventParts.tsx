import { CloseButton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import {
  type Fields,
  filterOpsOf,
  newFilter,
  propertiesOf,
  propertyKind,
  type Subject,
} from './fields.ts'
import { valueFor } from './ops.ts'
import { PartyToken } from './PartyToken.tsx'
import { PickToken } from './PickToken.tsx'
import { withParty } from './party.ts'
import type { Events, Filter, Op } from './rule.ts'
import { ValueToken } from './ValueToken.tsx'
import { WhenLine } from './WhenLine.tsx'
import { eventsAt } from './when.ts'
import { opWords } from './words.ts'

const ANY = '*'
const named = (name: string) => `=${name}`

type EventPickProps<E extends Events> = {
  events: E
  bad?: boolean
  /** Offers events of any name too. */
  any?: boolean
  /** Another event has other properties, so its filters are gone; the rest stays. */
  onChange: (next: E) => void
}

/** Which event, and whose where that is asked. */
export function EventPick<E extends Events>({ events, bad, any, onChange }: EventPickProps<E>) {
  const t = useT()
  const { fields, names } = useEditor()
  const { did, party } = events
  const options = fields.events.map((each) => ({
    value: named(each.name),
    label: names.event(each.name),
  }))
  const choose = (key: string) => {
    const { where: _, ...kept } = events
    onChange({ ...kept, did: key === ANY ? null : key.slice(1) } as E)
  }
  return (
    <>
      <PickToken
        label={t('segments.event')}
        strong
        bad={Boolean(bad)}
        value={did === null ? ANY : named(did)}
        options={any ? [{ value: ANY, label: t('segments.event.any') }, ...options] : options}
        onChange={choose}
      >
        {did === null
          ? t('segments.event.any')
          : did
            ? names.event(did)
            : t('segments.token.choose')}
      </PickToken>
      {party && <PartyToken party={party} onChange={(next) => onChange(withParty(events, next))} />}
    </>
  )
}

type PropertyPickProps = {
  of: Subject
  property: string
  label: string
  onChange: (property: string) => void
}

/** Which property; one that was never seen keeps its path. */
export function PropertyPick({ of, property, label, onChange }: PropertyPickProps) {
  const t = useT()
  const { fields, names } = useEditor()
  const known = propertiesOf(fields, of)
  return (
    <PickToken
      label={label}
      strong
      value={property}
      options={known.map((each) => ({ value: each.path, label: names.property(each.path) }))}
      onChange={onChange}
    >
      {property ? names.property(property) : t('segments.token.choose')}
    </PickToken>
  )
}

type EventFiltersProps<E extends Events> = { events: E; onChange: (next: E) => void }

/** Which of the events count: by their properties, and by the moment at which they took place. */
export function EventFilters<E extends Events>({ events, onChange }: EventFiltersProps<E>) {
  return (
    <>
      <WhereLines
        of={{ event: events.did }}
        where={events.where ?? []}
        onChange={(where) => onChange({ ...events, where })}
      />
      <WhenLine when={events.when} onChange={(when) => onChange(eventsAt(events, when))} />
    </>
  )
}

type WhereLinesProps = {
  of: Subject
  where: readonly Filter[]
  onChange: (next: Filter[]) => void
}

/** The filters of events or objects, each on its own line, and « + où ». */
export function WhereLines({ of, where, onChange }: WhereLinesProps) {
  const t = useT()
  const { fields, canEdit } = useEditor()
  const first = propertiesOf(fields, of)[0]
  const add = () => {
    if (first) onChange([...where, newFilter(fields, of, first.path)])
  }
  const adder = canEdit && first && (
    <button type="button" className={css.addWhere} onClick={add}>
      <IconPlus size={14} aria-hidden />
      {t('segments.where.add')}
    </button>
  )
  return (
    <>
      {where.length === 0 && adder}
      {where.map((filter, index) => (
        <WhereLine
          // biome-ignore lint/suspicious/noArrayIndexKey: a filter is its place in the line
          key={index}
          of={of}
          filter={filter}
          first={index === 0}
          after={index === where.length - 1 ? adder : null}
          onChange={(next) =>
            onChange(
              next
                ? where.map((each, n) => (n === index ? next : each))
                : where.filter((_, n) => n !== index),
            )
          }
        />
      ))}
    </>
  )
}

/** Of events the values there are, with their counts; of objects a few samples. */
function suggestionsOf(fields: Fields, of: Subject, property: string) {
  if (!('object' in of)) return { event: of.event ?? '', property }
  const known = propertiesOf(fields, of).find((each) => each.path === property)
  return { values: known?.sampleValues ?? [] }
}

type WhereLineProps = {
  of: Subject
  filter: Filter
  first: boolean
  /** Stands at the end of the last filter: « + où ». */
  after: ReactNode
  onChange: (next: Filter | null) => void
}

function WhereLine({ of, filter, first, after, onChange }: WhereLineProps) {
  const t = useT()
  const language = useLanguage()
  const { fields, names, canEdit } = useEditor()
  const kind = propertyKind(fields, of, filter.property)
  const operators = [...new Set([...filterOpsOf(of, kind), filter.op])]
  return (
    <div className={css.where}>
      <span className={css.whereWord}>{t(first ? 'segments.where' : 'segments.and')}</span>
      <PropertyPick
        label={t('segments.property')}
        of={of}
        property={filter.property}
        onChange={(property) => onChange(newFilter(fields, of, property))}
      />
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
        suggest={suggestionsOf(fields, of, filter.property)}
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
