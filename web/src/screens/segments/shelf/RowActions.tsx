import { ActionIcon, Menu } from '@mantine/core'
import {
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconDots,
  IconFolderSymlink,
  IconPencil,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../../../api/client.ts'
import { useToast } from '../../../design/Toast.tsx'
import { localText, useLanguage, useT } from '../../../i18n/i18n.ts'
import type { SegmentRow } from '../api.ts'
import { bothLanguages } from '../draft.ts'
import { useShelfActions } from './api.ts'
import { PlaceDialog } from './PlaceDialog.tsx'

/** What can be done with a segment of the list. Everything can be taken back. */
export function RowActions({ segment }: { segment: SegmentRow }) {
  const t = useT()
  const language = useLanguage()
  const navigate = useNavigate()
  const [placing, setPlacing] = useState(false)
  const name = localText(segment.name, language)
  const { clone, place, putAway, bringBack } = useRowActions(segment, name)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t('segments.row.menu', { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
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
            <Menu.Item leftSection={<IconArchiveOff size={15} />} onClick={bringBack}>
              {t('segments.unarchive')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconArchive size={15} />} onClick={putAway}>
              {t('segments.archive')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
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
  const onError = (error: Error) => toast({ message: error.message, tone: 'error' })
  const before = {
    folder: segment.folder,
    tags: segment.tags,
    owner: segment.owner?.id ?? null,
  }
  const bringBack = () =>
    actions.unarchive.mutate(id, {
      onSuccess: () => toast({ message: t('segments.unarchived', { name }) }),
      onError,
    })
  const archive = (evenIfUsed: boolean) =>
    actions.archive.mutate(
      { id, evenIfUsed },
      {
        onSuccess: () => toast({ message: t('segments.archived.name', { name }), undo: bringBack }),
        onError: (error) => onError(whyKept(error, t)),
      },
    )
  return {
    bringBack,
    putAway: () => archive(false),
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
          onError,
        },
      )
    },
    place: (place: typeof before) =>
      actions.place.mutate(
        { id, place },
        {
          onSuccess: () => {
            const undo = () => actions.place.mutate({ id, place: before }, { onError })
            toast({ message: t('segments.placed', { name }), undo })
          },
          onError,
        },
      ),
  }
}

/** In use, it stays: the sentence says by what, in the reader's language. */
function whyKept(error: Error, t: ReturnType<typeof useT>): Error {
  return error instanceof ApiError && error.status === 409
    ? new Error(t('segments.archive.used'))
    : error
}
