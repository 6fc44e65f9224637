// biome-ignore-all lint/a11y/useKeyWithClickEvents: the tree listens to the keys of all its rows
import { IconChevronDown, IconChevronRight, IconPlus } from '@tabler/icons-react'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { useDrag } from '../drag/DragProvider.tsx'
import { useEditor } from '../editor.ts'
import { hitIn } from './hits.ts'
import type { FieldNode, MoreNode, SectionNode, TreeNode } from './nodes.ts'
import css from './tree.module.css'
import { SECTION_ICONS } from './useSections.tsx'

type RowProps<Node> = {
  node: Node
  search: string
  /** The row that has the focus of the tree. */
  active: boolean
  onUse: () => void
}

export function TreeRow({ node, ...props }: RowProps<TreeNode>) {
  if (node.kind === 'section') return <SectionRow node={node} {...props} />
  if (node.kind === 'field') return <FieldRow node={node} {...props} />
  return <MoreRow node={node} {...props} />
}

function SectionRow({ node, active, onUse }: RowProps<SectionNode>) {
  const t = useT()
  const format = useFormats()
  const { section, open } = node
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <>
      <div
        role="treeitem"
        aria-level={1}
        aria-expanded={open}
        className={css.section}
        onClick={onUse}
        data-node={node.id}
        tabIndex={active ? 0 : -1}
      >
        <Chevron size={14} aria-hidden />
        <span className={css.icon} aria-hidden>
          {SECTION_ICONS[section.key]}
        </span>
        <span className="ellipsis">{section.label}</span>
        <span className={css.note}>{format.number(section.fields.length)}</span>
      </div>
      {open && section.fields.length === 0 && (
        <div className={css.none} role="none">
          {t('segments.tree.empty')}
        </div>
      )}
    </>
  )
}

function FieldRow({ node, search, active, onUse }: RowProps<FieldNode>) {
  const t = useT()
  const { canEdit } = useEditor()
  const { press } = useDrag()
  const { field } = node
  return (
    <div
      role="treeitem"
      aria-level={2}
      aria-posinset={node.place}
      aria-setsize={node.of}
      aria-disabled={!canEdit}
      className={css.field}
      title={canEdit ? t('segments.tree.add', { field: field.label }) : field.label}
      onClick={onUse}
      onPointerDown={(event) => canEdit && press(event, { field: field.key }, field.label)}
      data-node={node.id}
      tabIndex={active ? 0 : -1}
    >
      <span className={css.label}>
        <Marked text={field.label} search={search} />
      </span>
      <span className={css.note}>{field.note}</span>
      {canEdit && <IconPlus size={14} className={css.plus} aria-hidden />}
    </div>
  )
}

function MoreRow({ node, active, onUse }: RowProps<MoreNode>) {
  const t = useT()
  return (
    <div
      role="treeitem"
      aria-level={2}
      className={css.more}
      onClick={onUse}
      data-node={node.id}
      tabIndex={active ? 0 : -1}
    >
      {t('segments.tree.all', { count: node.count })}
    </div>
  )
}

function Marked({ text, search }: { text: string; search: string }) {
  const hit = hitIn(text, search)
  if (!hit) return text
  return (
    <>
      {text.slice(0, hit.from)}
      <mark className={css.hit}>{text.slice(hit.from, hit.to)}</mark>
      {text.slice(hit.to)}
    </>
  )
}
