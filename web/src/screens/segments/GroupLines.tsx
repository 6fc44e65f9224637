import { IconGitFork } from '@tabler/icons-react'
import { Fragment } from 'react'
import { useT } from '../../i18n/i18n.ts'
import { AddLine } from './AddLine.tsx'
import css from './builder.module.css'
import { ConditionRow, conditionOf, DropTarget, RowCount } from './ConditionRow.tsx'
import { pathKey, useEditor } from './editor.ts'
import { PickToken } from './PickToken.tsx'
import { RowMenu } from './RowMenu.tsx'
import { childrenOf, isAny, isNot, lineNumber, type Path, type Rule, setKind } from './rule.ts'

/** The lines of a group with their operator between them; groups hold groups. */
export function GroupLines({ group, path }: { group: Rule; path: Path }) {
  const any = isAny(group)
  return childrenOf(group).map((child, index) => {
    const at = [...path, index]
    const condition = conditionOf(child)
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the rule
      <Fragment key={index}>
        {index > 0 && <Operator path={path} any={any} excludes={isNot(child) && !any} />}
        {condition ? (
          <ConditionRow condition={condition} path={at} excluded={isNot(child)} />
        ) : (
          <GroupBox node={child} path={at} />
        )}
      </Fragment>
    )
  })
}

type OperatorProps = { path: Path; any: boolean; excludes: boolean }

/** « et », « ou » between two lines: one choice for the whole group. */
function Operator({ path, any, excludes }: OperatorProps) {
  const t = useT()
  const { rule, setRule, canEdit } = useEditor()
  const word = excludes ? 'segments.except' : any ? 'segments.or' : 'segments.and'
  if (!canEdit || excludes) {
    return (
      <div className={css.between}>
        <span className={css.operator}>{t(word)}</span>
      </div>
    )
  }
  return (
    <div className={css.between}>
      <PickToken
        label={t('segments.kind')}
        className={css.operator}
        value={any ? 'any' : 'all'}
        options={[
          { value: 'all', label: t('segments.kind.all') },
          { value: 'any', label: t('segments.kind.any') },
        ]}
        onChange={(kind) => setRule(setKind(rule, path, kind as 'all' | 'any'))}
      >
        {t(word)}
      </PickToken>
    </div>
  )
}

/** A group inside the rule: a tinted box with its own « + ». */
function GroupBox({ node, path }: { node: Rule; path: Path }) {
  const t = useT()
  const editor = useEditor()
  const excluded = isNot(node)
  const group = excluded ? node.not : node
  const inner = excluded ? [...path, 0] : path
  const empty = editor.issues.some((each) => pathKey(each.path) === pathKey(inner))
  return (
    <DropTarget path={path}>
      <section
        className={`${css.group} ${empty ? css.rowBad : ''}`}
        aria-label={t('segments.group', { number: lineNumber(path) })}
      >
        <div className={css.groupHead}>
          <IconGitFork size={16} aria-hidden />
          <strong>
            {excluded && `${t('segments.except')} `}
            {t(isAny(group) ? 'segments.kind.any' : 'segments.kind.all')}
          </strong>
          <span className="meta">{t('segments.group', { number: lineNumber(path) })}</span>
          <RowCount path={path} missing={empty ? t('segments.missing.condition') : null} />
          {editor.canEdit && <RowMenu path={path} />}
        </div>
        <GroupLines group={group} path={inner} />
        {editor.canEdit && <AddLine path={inner} small />}
      </section>
    </DropTarget>
  )
}
