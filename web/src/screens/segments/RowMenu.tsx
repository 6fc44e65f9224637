import { ActionIcon, Menu } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowUp,
  IconBoxMultiple,
  IconCopy,
  IconDots,
  IconFolderOpen,
  IconMinus,
  IconTrash,
} from '@tabler/icons-react'
import { useT } from '../../i18n/i18n.ts'
import { useEditor } from './editor.ts'
import {
  childrenOf,
  groupAt,
  insertAt,
  isAll,
  isAny,
  isNot,
  lineNumber,
  moveBy,
  nodeAt,
  type Path,
  removeAt,
  toggleNot,
  ungroupAt,
} from './rule.ts'

/** What can be done with a line or a group: everything that drag does, and more. */
export function RowMenu({ path }: { path: Path }) {
  const t = useT()
  const { rule, setRule } = useEditor()
  const node = nodeAt(rule, path)
  const index = path.at(-1) ?? 0
  const parent = path.slice(0, -1)
  const parentNode = nodeAt(rule, parent)
  const last = parentNode ? childrenOf(parentNode).length - 1 : 0
  if (!node) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('segments.menu', { number: lineNumber(path) })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArrowUp size={15} />}
          disabled={index === 0}
          onClick={() => setRule(moveBy(rule, path, -1))}
        >
          {t('segments.menu.up')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={15} />}
          disabled={index >= last}
          onClick={() => setRule(moveBy(rule, path, 1))}
        >
          {t('segments.menu.down')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy size={15} />}
          onClick={() => setRule(insertAt(rule, parent, structuredClone(node), index + 1))}
        >
          {t('segments.menu.copy')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconBoxMultiple size={15} />}
          onClick={() => setRule(groupAt(rule, path, 'any'))}
        >
          {t('segments.menu.group')}
        </Menu.Item>
        {(isAll(node) || isAny(node)) && (
          <Menu.Item
            leftSection={<IconFolderOpen size={15} />}
            onClick={() => setRule(ungroupAt(rule, path))}
          >
            {t('segments.menu.ungroup')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconMinus size={15} />}
          onClick={() => setRule(toggleNot(rule, path))}
        >
          {t(isNot(node) ? 'segments.menu.include' : 'segments.menu.exclude')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={15} />}
          onClick={() => setRule(removeAt(rule, path))}
        >
          {t('segments.menu.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
