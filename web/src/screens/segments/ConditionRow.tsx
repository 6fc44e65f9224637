import { IconCode, IconLoader2 } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { useIsCarried } from './drag/DragProvider.tsx'
import { Grip } from './drag/Grip.tsx'
import { pathKey, useEditor } from './editor.ts'
import { lineOf } from './lines.tsx'
import { RowMenu } from './RowMenu.tsx'
import {
  type Condition,
  isCondition,
  isNot,
  lineNumber,
  type Path,
  type Rule,
  replaceAt,
} from './rule.ts'
import { useFault } from './useFault.ts'
import { isZoned } from './zone.ts'

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
  const fault = useFault(inner)
  const change = (next: Rule) => editor.setRule(replaceAt(editor.rule, inner, next))
  const line = lineOf(condition)
  const Icon = line?.Icon ?? IconCode
  const look = [
    css.row,
    excluded ? css.rowExcluded : '',
    editor.active === key ? css.rowActive : '',
    fault ? css.rowBad : '',
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
        <Icon size={16} />
      </span>
      <div className={css.tokens} data-tokens>
        {line ? (
          <line.Line condition={condition} onChange={change} bad={fault !== null} />
        ) : (
          <OtherLine path={path} />
        )}
        {isZoned(condition) && <span className="meta">{t('segments.zone')}</span>}
      </div>
      <RowCount path={path} fault={fault} />
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

type RowCountProps = { path: Path; fault: string | null }

/** What remains after a top-level line; « ≈ » while it is counted again. */
export function RowCount({ path, fault }: RowCountProps) {
  const editor = useEditor()
  const format = useFormats()
  if (fault) return <span className={css.missing}>{fault}</span>
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
