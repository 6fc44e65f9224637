/** The tree as the rows that are seen now, and where the arrows lead. No React, no I/O. */
import { fold } from './hits.ts'
import { type Field, type Section, shownOf } from './sections.ts'

export type SectionNode = { kind: 'section'; id: string; section: Section; open: boolean }
export type FieldNode = {
  kind: 'field'
  id: string
  field: Field
  section: string
  place: number
  of: number
}
/** « Tout voir » at the end of a section that is cut. */
export type MoreNode = { kind: 'more'; id: string; section: string; count: number }
export type TreeNode = SectionNode | FieldNode | MoreNode

export type Seen = {
  /** Sections folded away. */
  closed: ReadonlySet<string>
  /** Sections shown with all their fields. */
  whole: ReadonlySet<string>
  /** While something is searched, everything is open. */
  searching: boolean
}

export function nodesOf(sections: readonly Section[], seen: Seen): TreeNode[] {
  return sections.flatMap((section): TreeNode[] => {
    const open = seen.searching || !seen.closed.has(section.key)
    const head: TreeNode = { kind: 'section', id: section.key, section, open }
    if (!open) return [head]
    const whole = seen.searching || seen.whole.has(section.key)
    const shown = shownOf(section, whole)
    const rows = shown.map((field, index): TreeNode => {
      const id = `${section.key}/${field.key}`
      const of = section.fields.length
      return { kind: 'field', id, field, section: section.key, place: index + 1, of }
    })
    const cut = !whole && shown.length < section.fields.length
    const count = section.fields.length
    const more: TreeNode = { kind: 'more', id: `${section.key}/+`, section: section.key, count }
    return [head, ...rows, ...(cut ? [more] : [])]
  })
}

export type Step = { to: string } | { open: string } | { close: string } | null

/** What a key does in the tree: go to a node, or fold a section; null when nothing. */
export function stepFor(key: string, nodes: readonly TreeNode[], at: string): Step {
  const index = Math.max(
    0,
    nodes.findIndex((node) => node.id === at),
  )
  const node = nodes[index]
  const to = (next: TreeNode | undefined): Step => (next ? { to: next.id } : null)
  if (!node) return null
  if (key === 'ArrowDown') return to(nodes[index + 1])
  if (key === 'ArrowUp') return to(nodes[index - 1])
  if (key === 'Home') return to(nodes[0])
  if (key === 'End') return to(nodes.at(-1))
  if (key === 'ArrowRight') {
    if (node.kind !== 'section') return null
    return node.open ? to(nodes[index + 1]) : { open: node.id }
  }
  if (key === 'ArrowLeft') {
    if (node.kind !== 'section') return { to: node.section }
    return node.open ? { close: node.id } : null
  }
  return /^\p{L}$/u.test(key) ? to(nextNamed(key, nodes, index)) : null
}

/** The next node whose name begins with a letter, from the top again after the last one. */
function nextNamed(letter: string, nodes: readonly TreeNode[], index: number) {
  const after = [...nodes.slice(index + 1), ...nodes.slice(0, index + 1)]
  return after.find((node) => fold(nameOf(node)).startsWith(fold(letter)))
}

function nameOf(node: TreeNode): string {
  if (node.kind === 'section') return node.section.label
  return node.kind === 'field' ? node.field.label : ''
}
