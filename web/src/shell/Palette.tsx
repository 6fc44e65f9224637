import { Spotlight } from '@mantine/spotlight'
import {
  IconBinaryTree,
  IconDatabaseImport,
  IconKey,
  IconPlus,
  IconSearch,
  IconUser,
  IconUserPlus,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useDeferredValue, useState } from 'react'
import { api, type Page } from '../api/client.ts'
import { type LocalText, localText, useLanguage, useT } from '../i18n/i18n.ts'
import { flatNav } from './nav-items.ts'
import { paletteStore } from './palette-store.ts'

type Found = { id: string; label: string; hint?: string; icon: ReactNode; href: string }

/** People and segments whose name or identifier answers the text; asked once two letters are in. */
function useFound(text: string): Found[] {
  const language = useLanguage()
  const query = useDeferredValue(text.trim())
  const people = useQuery({
    queryKey: ['palette', 'people', query],
    queryFn: ({ signal }) =>
      api.get<Page<{ id: string; name: string | null; email?: string | null }>>('/profiles', {
        query: { q: query, limit: 6 },
        signal,
      }),
    enabled: query.length >= 2,
  })
  const segments = useQuery({
    queryKey: ['palette', 'segments'],
    queryFn: () => api.get<Page<{ id: string; name: LocalText | string }>>('/segments'),
    enabled: query.length >= 2,
  })
  if (query.length < 2) return []
  const folded = query.toLocaleLowerCase()
  return [
    ...(people.data?.data ?? []).map((person) => ({
      id: `person-${person.id}`,
      label: person.name ?? person.id.slice(0, 8),
      ...(person.email ? { hint: person.email } : {}),
      icon: <IconUser size={17} stroke={1.7} />,
      href: `/people/${person.id}`,
    })),
    ...(segments.data?.data ?? [])
      .map((segment) => ({ id: segment.id, name: localText(segment.name, language) }))
      .filter((segment) => segment.name.toLocaleLowerCase().includes(folded))
      .slice(0, 6)
      .map((segment) => ({
        id: `segment-${segment.id}`,
        label: segment.name,
        icon: <IconBinaryTree size={17} stroke={1.7} />,
        href: `/segments/${segment.id}`,
      })),
  ]
}

/** Pages and actions whose words contain the text. */
function usePlaces(text: string): { pages: Found[]; actions: Found[] } {
  const t = useT()
  const icon = { size: 17, stroke: 1.7 }
  const actions: Found[] = [
    {
      id: 'a1',
      label: t('shell.palette.source'),
      icon: <IconPlus {...icon} />,
      href: '/sources?new=true',
    },
    {
      id: 'a2',
      label: t('shell.palette.import'),
      icon: <IconDatabaseImport {...icon} />,
      href: '/import',
    },
    {
      id: 'a3',
      label: t('shell.palette.segment'),
      icon: <IconPlus {...icon} />,
      href: '/segments/new',
    },
    {
      id: 'a4',
      label: t('shell.palette.user'),
      icon: <IconUserPlus {...icon} />,
      href: '/settings?tab=users',
    },
    {
      id: 'a5',
      label: t('shell.palette.key'),
      icon: <IconKey {...icon} />,
      href: '/settings?tab=keys',
    },
  ]
  const pages: Found[] = flatNav().map((item) => ({
    id: item.to,
    label: t(item.label),
    icon: <item.icon {...icon} />,
    href: item.to,
  }))
  const folded = text.trim().toLocaleLowerCase()
  const keep = (one: Found) => one.label.toLocaleLowerCase().includes(folded)
  return { pages: pages.filter(keep), actions: actions.filter(keep) }
}

/** ⌘K: goes to any page, person or segment, and starts the common actions. */
export function Palette() {
  const t = useT()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const found = useFound(text)
  const { pages, actions } = usePlaces(text)
  const group = (label: string, items: Found[]) =>
    items.length > 0 && (
      <Spotlight.ActionsGroup label={label}>
        {items.map((item) => (
          <Spotlight.Action
            key={item.id}
            label={item.label}
            {...(item.hint ? { description: item.hint } : {})}
            leftSection={item.icon}
            onClick={() => navigate({ href: item.href })}
          />
        ))}
      </Spotlight.ActionsGroup>
    )
  return (
    <Spotlight.Root
      store={paletteStore}
      query={text}
      onQueryChange={setText}
      shortcut={['mod + K']}
      scrollable
      maxHeight={420}
      clearQueryOnClose
      attributes={{ content: { 'aria-label': t('shell.search') } }}
    >
      <Spotlight.Search
        placeholder={t('shell.palette.placeholder')}
        aria-label={t('shell.palette.placeholder')}
        leftSection={<IconSearch size={18} stroke={1.7} />}
      />
      <Spotlight.ActionsList>
        {group(t('shell.palette.found'), found)}
        {group(t('shell.palette.pages'), pages)}
        {group(t('shell.palette.actions'), actions)}
        {found.length + pages.length + actions.length === 0 && (
          <Spotlight.Empty>{t('shell.palette.nothing')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
