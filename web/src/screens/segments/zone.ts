import {
  type Condition,
  type Events,
  isActive,
  isEvent,
  isMeasure,
  isSequence,
} from './language.ts'

/** Conditions that know days, weeks or months may ask by each person's own time zone. */
type Zoned = { zone?: 'person' }

export const isZoned = (condition: Condition): boolean => (condition as Zoned).zone === 'person'

/** Whether the answer of a condition depends on where a day begins. */
export function knowsCalendar(condition: Condition): boolean {
  if ('active' in condition) return true
  if (eventsIn(condition).some((events) => events?.when)) return true
  if ('trait' in condition) return condition.op === 'anniversary'
  const own = condition as { within?: unknown; begun?: unknown; than?: { within?: unknown } }
  return [own.within, own.begun, own.than?.within].some(
    (period) =>
      typeof period === 'object' && period !== null && ('this' in period || 'previous' in period),
  )
}

function eventsIn(condition: Condition): (Events | undefined)[] {
  if (isEvent(condition)) return [condition]
  if (isActive(condition)) return [condition.active]
  if (isSequence(condition)) return [...condition.sequence, condition.without]
  if (!isMeasure(condition)) return []
  const { than } = condition
  return [condition.of, condition.less?.of, than?.of, than?.less?.of]
}

/** The condition by the other calendar: of the person, or of the workspace again. */
export function withOtherZone(condition: Condition): Condition {
  const { zone, ...rest } = condition as Condition & Zoned
  return (zone ? rest : { ...rest, zone: 'person' }) as Condition
}
