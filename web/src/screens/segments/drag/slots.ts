import type { Path } from '../rule.ts'
import type { Slot } from './moves.ts'

/** Finds the slot under the pointer. Lines and groups say in the page which place they have. */

/** Near its border a group stands for one of the lines around it, not for what is in it. */
const BORDER_PX = 9

const pathOf = (key: string | undefined): Path => (key ? key.split('.').map(Number) : [])

/** Where a line let go at this point of the window would be put; null outside the rule. */
export function slotAt(x: number, y: number): Slot | null {
  const group = groupAt(document.elementFromPoint(x, y), y)
  if (!group) return null
  const parent = pathOf(group.dataset.group)
  const lines = [...group.querySelectorAll<HTMLElement>('[data-line]')].filter(
    (line) => line.parentElement?.closest('[data-group]') === group,
  )
  return { parent, index: lines.filter((line) => middleOf(line) < y).length }
}

function groupAt(under: Element | null, y: number): HTMLElement | null {
  const group = under?.closest<HTMLElement>('[data-group]') ?? null
  if (!group?.dataset.group) return group
  const { top, bottom } = group.getBoundingClientRect()
  const onBorder = y - top < BORDER_PX || bottom - y < BORDER_PX
  return onBorder ? (group.parentElement?.closest<HTMLElement>('[data-group]') ?? group) : group
}

function middleOf(element: HTMLElement): number {
  const { top, height } = element.getBoundingClientRect()
  return top + height / 2
}
