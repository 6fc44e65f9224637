import { IconGitFork } from '@tabler/icons-react'
import { Fragment, type ReactNode } from 'react'
import { useT } from '../../i18n/i18n.ts'
import { AddLine } from './AddLine.tsx'
import css from './builder.module.css'
import { ConditionRow, conditionOf, RowCount } from './ConditionRow.tsx'
import { useIsCarried } from './drag/DragProvider.tsx'
import { DropMark } from './drag/DropMark.tsx'
import { Grip } from './drag/Grip.tsx'
import { pathKey, useEditor } from './editor.ts'
import { NumberValue } from './NumberValue.tsx'
import { PickToken } from './PickToken.tsx'
import { RowMenu } from './RowMenu.tsx'
import {
  childrenOf,
  GROUP_KINDS,
  type GroupKind,
  groupKind,
  isAll,
  isGroup,
  isNone,
  isNot,
  isSome,
  lineNumber,
  type Path,
  type Rule,
  setAtLeast,
  setKind,
} from './rule.ts'
import { useFault } from './useFault.ts'

/** The lines of a group with their operator between them; groups hold groups. */
export function GroupLines({ group, path }: { group: Rule; path: Path }) {
  const lines = childrenOf(group)
  return (
    <>
      {lines.map((child, index) => {
        const at = [...path, index]
        const condition = conditionOf(child)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the rule
          <Fragment key={index}>
            {index > 0 && <Operator group={group} path={path} next={child} />}
            <DropMark parent={path} index={index} />
            {condition ? (
              <ConditionRow condition={condition} path={at} excluded={isNot(child)} />
            ) : (
              <GroupBox node={child} path={at} />
            )}
          </Fragment>
        )
      })}
      <DropMark parent={path} index={lines.length} />
    </>
  )
}

type OperatorProps = { group: Rule; path: Path; next: Rule }

/** « et », « ou » between two lines: one choice for the whole group. */
function Operator({ group, path, next }: OperatorProps) {
  const t = useT()
  const { canEdit } = useEditor()
  const excludes = isAll(group) && (isNot(next) || isNone(next))
  const word = excludes ? 'segments.except' : isAll(group) ? 'segments.and' : 'segments.or'
  if (!canEdit || excludes || !isGroup(group)) {
    return (
      <div className={css.between}>
        <span className={css.operator}>{t(word)}</span>
      </div>
    )
  }
  return (
    <div className={css.between}>
      <KindPick kind={groupKind(group)} path={path} className={css.operator}>
        {t(word)}
      </KindPick>
    </div>
  )
}

type KindPickProps = {
  kind: GroupKind
  path: Path
  className: string | undefined
  children: ReactNode
}

/** All, any, none or some of the lines. At the root, what leaves people out is a line. */
function KindPick({ kind, path, className, children }: KindPickProps) {
  const t = useT()
  const { rule, setRule } = useEditor()
  const kinds = GROUP_KINDS.filter((each) => path.length > 0 || each !== 'none')
  return (
    <PickToken
      label={t('segments.kind')}
      className={className}
      value={kind}
      options={kinds.map((each) => ({ value: each, label: t(`segments.kind.${each}`) }))}
      onChange={(next) => setRule(setKind(rule, path, next as GroupKind))}
    >
      {children}
    </PickToken>
  )
}

/** « Au moins 2 de ces conditions »: what a group asks for, and how many. */
export function GroupWords({ group, path }: { group: Rule; path: Path }) {
  const t = useT()
  const { rule, setRule, canEdit } = useEditor()
  if (!isGroup(group)) return <strong>{t('segments.kind.all')}</strong>
  const kind = groupKind(group)
  const words = t(isSome(group) ? 'segments.kind.atLeast.words' : `segments.kind.${kind}`)
  return (
    <span className={css.inline}>
      {canEdit ? (
        <KindPick kind={kind} path={path} className={css.groupKind}>
          {words}
        </KindPick>
      ) : (
        <strong>{words}</strong>
      )}
      {isSome(group) && (
        <>
          <NumberValue
            label={t('segments.kind.atLeast')}
            value={group.atLeast > 0 ? group.atLeast : undefined}
            min={0}
            onChange={(next) => setRule(setAtLeast(rule, path, next ?? 0))}
          />
          {t('segments.kind.atLeast.of')}
        </>
      )}
    </span>
  )
}

/** A group inside the rule: a tinted box with its own « + ». */
function GroupBox({ node, path }: { node: Rule; path: Path }) {
  const t = useT()
  const editor = useEditor()
  const excluded = isNot(node)
  const group = excluded ? node.not : node
  const inner = excluded ? [...path, 0] : path
  const fault = useFault(inner)
  const carried = useIsCarried(path)
  return (
    <section
      className={`${css.group} ${fault ? css.rowBad : ''} ${carried ? css.carried : ''}`}
      aria-label={t('segments.group', { number: lineNumber(path) })}
      data-line={pathKey(path)}
      data-group={pathKey(inner)}
    >
      <div className={css.groupHead}>
        <Grip path={path} />
        <IconGitFork size={16} aria-hidden />
        {excluded && <strong>{t('segments.except')}</strong>}
        <GroupWords group={group} path={inner} />
        <span className={`meta ${css.groupNumber}`}>
          {t('segments.group', { number: lineNumber(path) })}
        </span>
        <RowCount path={path} fault={fault} />
        {editor.canEdit && <RowMenu path={path} />}
      </div>
      <GroupLines group={group} path={inner} />
      {editor.canEdit && isGroup(group) && <AddLine path={inner} small />}
    </section>
  )
}
