import {
  type Icon,
  IconBolt,
  IconCircles,
  IconClipboardList,
  IconDatabaseShare,
  IconHeartbeat,
  IconHome,
  IconLayersSubtract,
  IconListCheck,
  IconMasksTheater,
  IconMathFunction,
  IconSend,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react'
import type { MessageId } from '../i18n/i18n.ts'

export type NavItem = {
  to: string
  label: MessageId
  icon: Icon
  /** `g` then this letter goes there. */
  key: string
  /** Shown under its parent when the parent's part of the app is open. */
  children?: NavItem[]
  /** A line above. */
  divided?: boolean
}

/** The rooms of the app in the order of the flow. Rooms that do not exist yet are not listed. */
export const navItems: NavItem[] = [
  { to: '/', label: 'shell.nav.home', icon: IconHome, key: 'h' },
  {
    to: '/sources',
    label: 'shell.nav.sources',
    icon: IconDatabaseShare,
    key: 's',
    divided: true,
    children: [{ to: '/events', label: 'shell.nav.events', icon: IconBolt, key: 'e' }],
  },
  { to: '/people', label: 'shell.nav.people', icon: IconUsers, key: 'p' },
  {
    to: '/segments',
    label: 'shell.nav.segments',
    icon: IconCircles,
    key: 'g',
    children: [
      {
        to: '/segmentations',
        label: 'shell.nav.segmentations',
        icon: IconLayersSubtract,
        key: 'c',
      },
      { to: '/lists', label: 'shell.nav.lists', icon: IconClipboardList, key: 'i' },
      { to: '/traits', label: 'shell.nav.traits', icon: IconMathFunction, key: 'a' },
      { to: '/personas', label: 'shell.nav.personas', icon: IconMasksTheater, key: 'o' },
    ],
  },
  {
    to: '/destinations',
    label: 'shell.nav.destinations',
    icon: IconSend,
    key: 'd',
    children: [{ to: '/deliveries', label: 'shell.nav.deliveries', icon: IconListCheck, key: 'l' }],
  },
  { to: '/health', label: 'shell.nav.health', icon: IconHeartbeat, key: 't', divided: true },
  { to: '/settings', label: 'shell.nav.settings', icon: IconSettings, key: 'r' },
]

/** All items, children after their parent. */
export function flatNav(): NavItem[] {
  return navItems.flatMap((item) => [item, ...(item.children ?? [])])
}
