import { IconFolder, IconFolderOff, IconStack2 } from '@tabler/icons-react'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useScrollEdges } from '../../../design/useScrollEdges.ts'
import { useFormats } from '../../../i18n/format.ts'
import { useLanguage, useT } from '../../../i18n/i18n.ts'
import type { Shelf } from './api.ts'
import { foldersOf } from './folders.ts'
import css from './shelf.module.css'

type FolderRailProps = {
  shelf: Shelf
  /** How many segments there are in all, and in no folder. */
  total: number
  loose: number
  /** The folder that is shown: '' = in none, undefined = all. */
  current: string | undefined
}

/** The folders at the left of the list; in none when nobody made one yet. */
export function FolderRail({ shelf, total, loose, current }: FolderRailProps) {
  const t = useT()
  const language = useLanguage()
  const place = useScrollEdges<HTMLElement>()
  const item = (spec: Omit<ItemProps, 'current'>) => (
    <Item key={spec.folder ?? '*'} {...spec} current={spec.folder === current} />
  )
  return (
    <nav ref={place} className={css.rail} aria-label={t('segments.folders')}>
      {item({
        folder: undefined,
        label: t('segments.folders.all'),
        count: total,
        icon: <IconStack2 size={15} />,
      })}
      {foldersOf(shelf.folders, language).map(({ path, label, depth, count }) =>
        item({ folder: path, label, depth, count, icon: <IconFolder size={15} /> }),
      )}
      {loose > 0 &&
        item({
          folder: '',
          label: t('segments.folders.none'),
          count: loose,
          icon: <IconFolderOff size={15} />,
        })}
    </nav>
  )
}

type ItemProps = {
  folder: string | undefined
  label: string
  count: number
  icon: ReactNode
  depth?: number
  current: boolean
}

function Item({ folder, label, count, icon, depth = 0, current }: ItemProps) {
  const format = useFormats()
  const search = useSearch({ from: '/shell/segments' })
  return (
    <Link
      to="/segments"
      search={{ ...search, folder }}
      className={css.folder}
      style={{ paddingInlineStart: 8 + depth * 14 }}
      // Else all segments would be current in every folder.
      activeOptions={{ exact: true }}
      aria-current={current ? 'page' : undefined}
      title={folder || label}
    >
      {icon}
      <span className="ellipsis">{label}</span>
      <span className={css.count}>{format.number(count)}</span>
    </Link>
  )
}
