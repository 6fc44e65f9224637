import {
  IconArrowsRight,
  IconBolt,
  IconBox,
  IconCalendarRepeat,
  IconFingerprint,
  IconListCheck,
  IconMapPin,
  IconMathFunction,
  IconSend,
  IconShieldCheck,
  IconTie,
  IconUser,
  IconVector,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { ActiveLine } from './ActiveLine.tsx'
import { ConsentLine } from './ConsentLine.tsx'
import { EventLine } from './EventLine.tsx'
import { IdentifierLine } from './IdentifierLine.tsx'
import { type KindName, kindNameOf } from './kinds/index.ts'
import { ListLine } from './ListLine.tsx'
import { MeasureLine } from './MeasureLine.tsx'
import { NearLine } from './NearLine.tsx'
import { ObjectLine } from './ObjectLine.tsx'
import { ReachableLine } from './ReachableLine.tsx'
import type { Condition } from './rule.ts'
import { SegmentLine } from './SegmentLine.tsx'
import { SequenceLine } from './SequenceLine.tsx'
import { StaffLine } from './staff/StaffLine.tsx'
import { TraitLine } from './TraitLine.tsx'

export type LineProps<C> = { condition: C; onChange: (next: C) => void; bad: boolean }

type Drawn = { Icon: typeof IconUser; Line: ComponentType<LineProps<Condition>> }

/** A condition goes to the line that its own key told, so the line fits. */
const drawn = <C extends Condition>(Icon: typeof IconUser, Line: ComponentType<LineProps<C>>) => ({
  Icon,
  Line: Line as unknown as Drawn['Line'],
})

/** How each kind of condition is edited. */
const LINES: Record<KindName, Drawn> = {
  trait: drawn(IconUser, TraitLine),
  near: drawn(IconMapPin, NearLine),
  did: drawn(IconBolt, EventLine),
  object: drawn(IconBox, ObjectLine),
  measure: drawn(IconMathFunction, MeasureLine),
  sequence: drawn(IconArrowsRight, SequenceLine),
  active: drawn(IconCalendarRepeat, ActiveLine),
  segment: drawn(IconVector, SegmentLine),
  list: drawn(IconListCheck, ListLine),
  consent: drawn(IconShieldCheck, ConsentLine),
  reachable: drawn(IconSend, ReachableLine),
  identifier: drawn(IconFingerprint, IdentifierLine),
  staff: drawn(IconTie, StaffLine),
}

/** The icon and the tokens of a condition; null for a kind that only a newer server knows. */
export function lineOf(condition: Condition): Drawn | null {
  const kind = kindNameOf(condition)
  return kind ? LINES[kind] : null
}
