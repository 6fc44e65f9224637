import {
  IconArrowsRight,
  IconBolt,
  IconCalendarRepeat,
  IconLoader2,
  IconMapPin,
  IconMathFunction,
  IconUser,
} from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { ActiveLine } from './ActiveLine.tsx'
import css from './builder.module.css'
import { useIsCarried } from './drag/DragProvider.tsx'
import { Grip } from './drag/Grip.tsx'
import { EventLine } from './EventLine.tsx'
import { pathKey, useEditor } from './editor.ts'
import { MeasureLine } from './MeasureLine.tsx'
import { NearLine } from './NearLine.tsx'
import { RowMenu } from './RowMenu.tsx'
import {
  type Condition,
  isActive,
  isCondition,
  isEvent,
  isMeasure,
  isNear,
  isNot,
  isSequence,
  isTrait,
  lineNumber,
  type Path,
  type Rule,
  replaceAt,
} from './rule.ts'
import { SequenceLine } from './SequenceLine.tsx'
import { TraitLine } from './TraitLine.tsx'

type ConditionRowProps = {
  condition: Condition
  /** The line's place; for an excluded condition, the place of the exclusion. */
  path: Path
  excluded: boolean
}

/** One condition: grip, number, kind, tokens, what remains after it, menu. */
export function ConditionRow({ condition, path, excluded }: ConditionRowProps) {
  const editor = useEditor()
  const t = useT()
  const inner = excluded ? [...path, 0] : path
  const key = pathKey(path)
  const issue = editor.issues.find((each) => pathKey(each.path) === pathKey(inner))
  const change = (next: Rule) => editor.setRule(replaceAt(editor.rule, inner, next))
  const look = [
    css.row,
    excluded ? css.rowExcluded : '',
    editor.active === key ? css.rowActive : '',
    issue ? css.rowBad : '',
    useIsCarried(path) ? css.carried : '',
  ].join(' ')
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row
    <div
      role="group"
      aria-label={t('segments.row', { number: lineNumber(path) })}
      className={look}
      data-line={key}
      onKeyDown={leaveField}
      onFocus={() => editor.setActive(key)}
      onMouseEnter={() => editor.setActive(key)}
      onMouseLeave={() => editor.setActive(null)}
    >
      <Grip path={path} />
      <span className={css.number}>{lineNumber(path)}</span>
      <span className={css.kind} aria-hidden>
        <KindIcon condition={condition} />
      </span>
      <div className={css.tokens} data-tokens>
        <Tokens condition={condition} path={path} onChange={change} bad={Boolean(issue)} />
      </div>
      <RowCount path={path} missing={issue ? t(`segments.missing.${issue.missing}`) : null} />
      {editor.canEdit && <RowMenu path={path} />}
    </div>
  )
}

/** Escape leaves what one types in for the line, from where the arrows and « / » work. */
function leaveField(event: KeyboardEvent<HTMLElement>): void {
  const field = event.target as HTMLElement
  const choosing = field.getAttribute('aria-expanded') === 'true'
  if (event.key !== 'Escape' || choosing || field.tagName !== 'INPUT') return
  event.currentTarget.querySelector<HTMLElement>('[data-grip]')?.focus()
}

function KindIcon({ condition }: { condition: Condition }) {
  if (isEvent(condition)) return <IconBolt size={16} />
  if (isMeasure(condition)) return <IconMathFunction size={16} />
  if (isSequence(condition)) return <IconArrowsRight size={16} />
  if (isActive(condition)) return <IconCalendarRepeat size={16} />
  if (isNear(condition)) return <IconMapPin size={16} />
  return <IconUser size={16} />
}

type TokensProps = {
  condition: Condition
  path: Path
  onChange: (next: Rule) => void
  bad: boolean
}

/** The tokens of a condition, by its kind. */
function Tokens({ condition, path, onChange, bad }: TokensProps) {
  const shared = { onChange, bad }
  if (isTrait(condition)) return <TraitLine condition={condition} {...shared} />
  if (isEvent(condition)) return <EventLine condition={condition} {...shared} />
  if (isMeasure(condition)) return <MeasureLine condition={condition} {...shared} />
  if (isSequence(condition)) return <SequenceLine condition={condition} {...shared} />
  if (isActive(condition)) return <ActiveLine condition={condition} {...shared} />
  if (isNear(condition)) return <NearLine condition={condition} {...shared} />
  return <OtherLine path={path} />
}

/** A kind that only a newer server knows: in its words, to be edited as JSON. */
function OtherLine({ path }: { path: Path }) {
  const t = useT()
  const language = useLanguage()
  const { sentences } = useEditor()
  const words = path.length === 1 ? sentences[path[0] ?? 0] : null
  return (
    <>
      {words && <span>{localText(words, language)}</span>}
      <span className="meta">{t('segments.other')}</span>
    </>
  )
}

/** The condition of a line, under its exclusion if it has one; null for a group. */
export function conditionOf(rule: Rule): Condition | null {
  const bare = isNot(rule) ? rule.not : rule
  return isCondition(bare) ? bare : null
}

type RowCountProps = { path: Path; missing: string | null }

/** What remains after a top-level line; « ≈ » while it is counted again. */
export function RowCount({ path, missing }: RowCountProps) {
  const editor = useEditor()
  const format = useFormats()
  if (missing) return <span className={css.missing}>{missing}</span>
  const index = path.length === 1 ? path[0] : undefined
  const count = index === undefined ? null : editor.counts[index]
  if (count === null || count === undefined) return <span className={css.count} />
  return (
    <span className={`${css.count} ${editor.counting ? css.counting : ''}`}>
      {editor.counting && '≈ '}
      {format.number(count)}
      {editor.counting && <IconLoader2 size={14} className={css.spin} aria-hidden />}
    </span>
  )
}
