import { Menu } from '@mantine/core'
import {
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconFolderSymlink,
  IconPencil,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { RowMenu } from '../../../design/RowMenu.tsx'
import { useToast } from '../../../design/Toast.tsx'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import type { SegmentRow } from '../api.ts'
import { bothLanguages } from '../draft.ts'
import { useShelfActions } from './api.ts'
import { PlaceDialog } from './PlaceDialog.tsx'
import { useArchiving } from './useArchiving.ts'

/** What can be done with a segment of the list. Everything can be taken back. */
export function RowActions({ segment }: { segment: SegmentRow }) {
  const t = useT()
  const language = useLanguage()
  const navigate = useNavigate()
  const [placing, setPlacing] = useState(false)
  const name = localText(segment.name, language)
  const { clone, place, archiving } = useRowActions(segment, name)
  return (
    <>
      <RowMenu label={t('segments.row.menu', { name })}>
        {segment.state !== 'archived' && (
          <Menu.Item
            leftSection={<IconPencil size={15} />}
            onClick={() => navigate(toEditor(segment))}
          >
            {t('segments.edit')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={clone}>
          {t('segments.clone')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFolderSymlink size={15} />} onClick={() => setPlacing(true)}>
          {t('segments.place')}
        </Menu.Item>
        <Menu.Divider />
        {segment.state === 'archived' ? (
          <Menu.Item leftSection={<IconArchiveOff size={15} />} onClick={archiving.bringBack}>
            {t('segments.unarchive')}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconArchive size={15} />} onClick={() => archiving.putAway()}>
            {t('segments.archive')}
          </Menu.Item>
        )}
      </RowMenu>
      {placing && (
        <PlaceDialog
          segment={segment}
          name={name}
          onClose={() => setPlacing(false)}
          onPlace={place}
        />
      )}
    </>
  )
}

/** A class is changed with its segmentation. */
export const toEditor = ({ id, segmentation }: Pick<SegmentRow, 'id' | 'segmentation'>) =>
  segmentation
    ? ({ to: '/segmentations/$id', params: { id: segmentation.id } } as const)
    : ({ to: '/segments/$id/edit', params: { id } } as const)

function useRowActions(segment: SegmentRow, name: string) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const actions = useShelfActions()
  const { id } = segment
  const before = {
    folder: segment.folder,
    tags: segment.tags,
    owner: segment.owner?.id ?? null,
  }
  const archiving = useArchiving(name, {
    archive: (then) => actions.archive.mutate(id, then),
    unarchive: (then) => actions.unarchive.mutate(id, then),
  })
  return {
    archiving,
    clone: () => {
      const both = bothLanguages(segment.name)
      const copy = {
        fr: t('segments.clone.name', { name: both.fr }),
        en: t('segments.clone.name', { name: both.en }),
      }
      actions.clone.mutate(
        { id, name: copy },
        {
          onSuccess: (made) => navigate({ to: '/segments/$id/edit', params: { id: made.id } }),
          onError: toast,
        },
      )
    },
    place: (place: typeof before) =>
      actions.place.mutate(
        { id, place },
        {
          onSuccess: () => {
            const undo = () => actions.place.mutate({ id, place: before }, { onError: toast })
            toast({ message: t('segments.placed', { name }), undo })
          },
          onError: toast,
        },
      ),
  }
}
