import { ActionIcon, Menu } from '@mantine/core'
import {
  IconArrowBarToLeft,
  IconArrowBarToRight,
  IconArrowDown,
  IconArrowUp,
  IconBoxMultiple,
  IconClock,
  IconCopy,
  IconDatabase,
  IconDots,
  IconFolderOpen,
  IconMinus,
  IconTrash,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/i18n.ts'
import { intoSlot, outSlot, type Slot, stepSlot } from './drag/moves.ts'
import { useEditor } from './editor.ts'
import { askedOf, asksParty } from './party.ts'
import {
  type Condition,
  groupAt,
  insertAt,
  isAll,
  isAny,
  isCondition,
  isNot,
  lineNumber,
  nodeAt,
  type Path,
  replaceAt,
  toggleNot,
  ungroupAt,
} from './rule.ts'
import { isZoned, knowsCalendar, withOtherZone } from './zone.ts'

/** What can be done with a line or a group: everything that drag does, and more. */
export function RowMenu({ path }: { path: Path }) {
  const t = useT()
  const { rule, reshape, add, remove } = useEditor()
  const node = nodeAt(rule, path)
  const index = path.at(-1) ?? 0
  const parent = path.slice(0, -1)
  const number = lineNumber(path)
  if (!node) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('segments.menu', { number })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MoveItems path={path} />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconCopy size={15} />}
          onClick={() =>
            add(insertAt(rule, parent, structuredClone(node), index + 1), [...parent, index + 1])
          }
        >
          {t('segments.menu.copy')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconBoxMultiple size={15} />}
          onClick={() =>
            reshape(groupAt(rule, path, 'any'), [...path, 0], t('segments.grouped', { number }))
          }
        >
          {t('segments.menu.group')}
        </Menu.Item>
        {(isAll(node) || isAny(node)) && (
          <Menu.Item
            leftSection={<IconFolderOpen size={15} />}
            onClick={() =>
              reshape(ungroupAt(rule, path), path, t('segments.ungrouped', { number }))
            }
          >
            {t('segments.menu.ungroup')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconMinus size={15} />}
          onClick={() => {
            const said = isNot(node) ? 'segments.included' : 'segments.excluded'
            reshape(toggleNot(rule, path), path, t(said, { number }))
          }}
        >
          {t(isNot(node) ? 'segments.menu.include' : 'segments.menu.exclude')}
        </Menu.Item>
        <ZoneItem path={path} />
        <PartyItem path={path} />
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => remove(path)}>
          {t('segments.menu.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The condition of a line, under its exclusion if it has one, and what changes it. */
function useCondition(path: Path) {
  const { rule, setRule } = useEditor()
  const node = nodeAt(rule, path)
  const inner = node && isNot(node) ? [...path, 0] : path
  const found = nodeAt(rule, inner)
  const condition = found && isCondition(found) ? found : null
  return { condition, change: (next: Condition) => setRule(replaceAt(rule, inner, next)) }
}

/** Of a condition that speaks of data: whose. A computed trait is made of all. */
function PartyItem({ path }: { path: Path }) {
  const t = useT()
  const { fields } = useEditor()
  const { condition, change } = useCondition(path)
  if (!condition) return null
  const isAsked = asksParty(condition)
  const isComputed =
    'trait' in condition &&
    fields.traits.some((each) => each.key === condition.trait && each.computed)
  const next = askedOf(condition, isAsked ? null : ['first'])
  if (!next || (isComputed && !isAsked)) return null
  return (
    <Menu.Item leftSection={<IconDatabase size={15} />} onClick={() => change(next)}>
      {t(isAsked ? 'segments.party.any' : 'segments.menu.party')}
    </Menu.Item>
  )
}

/** Of a condition that knows a calendar: whose. */
function ZoneItem({ path }: { path: Path }) {
  const t = useT()
  const { condition, change } = useCondition(path)
  if (!condition || (!isZoned(condition) && !knowsCalendar(condition))) return null
  return (
    <Menu.Item
      leftSection={<IconClock size={15} />}
      onClick={() => change(withOtherZone(condition))}
    >
      {t(isZoned(condition) ? 'segments.menu.zone.workspace' : 'segments.menu.zone.person')}
    </Menu.Item>
  )
}

/** Up, down, into the neighbouring group, out of this one; those that lead nowhere are greyed. */
function MoveItems({ path }: { path: Path }) {
  const t = useT()
  const { rule, move } = useEditor()
  const into = intoSlot(rule, path)
  const out = outSlot(rule, path, 1)
  const item = (slot: Slot | null, icon: ReactNode, words: string) => (
    <Menu.Item leftSection={icon} disabled={!slot} onClick={() => slot && move(path, slot)}>
      {words}
    </Menu.Item>
  )
  return (
    <>
      {item(stepSlot(rule, path, -1), <IconArrowUp size={15} />, t('segments.menu.up'))}
      {item(stepSlot(rule, path, 1), <IconArrowDown size={15} />, t('segments.menu.down'))}
      {into &&
        item(
          into,
          <IconArrowBarToRight size={15} />,
          t('segments.menu.into', { number: lineNumber(into.parent) }),
        )}
      {out && item(out, <IconArrowBarToLeft size={15} />, t('segments.menu.out'))}
    </>
  )
}
