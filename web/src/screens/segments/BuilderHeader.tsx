import { ActionIcon, Button, TextInput } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBolt,
  IconCheck,
  IconDeviceFloppy,
} from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Chip } from '../../design/Chip.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import { type Segment, usePublish } from './api.ts'
import css from './builder.module.css'
import { filled } from './draft.ts'
import { useEditor } from './editor.ts'
import type { Builder } from './useBuilder.ts'

type BuilderHeaderProps = {
  id: string | null
  segment: Segment | null
  builder: Builder
  whole: boolean
}

/** The name, how far the draft is, undo and redo, and the one decision: publish. */
export function BuilderHeader({ id, segment, builder, whole }: BuilderHeaderProps) {
  const t = useT()
  const version = (segment?.version ?? 0) + 1
  useUndoKeys(builder)
  return (
    <PageHeader
      crumbs={[
        <Link key="list" to="/segments">
          {t('segments.title')}
        </Link>,
        t(id ? 'segments.draft' : 'segments.new'),
      ]}
      title={<NameField builder={builder} />}
      beside={
        <>
          <Chip>{t('segments.draft.version', { version })}</Chip>
          <Chip tone="teal" icon={<IconBolt />}>
            {t('segments.realtime')}
          </Chip>
        </>
      }
      lead={t('segments.builder.lead')}
      actions={<Actions id={id} builder={builder} whole={whole} version={version} />}
    />
  )
}

function NameField({ builder }: { builder: Builder }) {
  const t = useT()
  const language = useLanguage()
  const { canEdit } = useEditor()
  const { name } = builder.draft
  return (
    <TextInput
      classNames={{ input: css.name }}
      style={{ '--chars': Math.max(16, name[language].length + 2) }}
      aria-label={t('segments.name')}
      placeholder={t('segments.name.placeholder')}
      value={name[language]}
      readOnly={!canEdit}
      onChange={(event) =>
        builder.change({ name: { ...name, [language]: event.currentTarget.value } })
      }
    />
  )
}

type ActionsProps = { id: string | null; builder: Builder; whole: boolean; version: number }

function Actions({ id, builder, whole, version }: ActionsProps) {
  const t = useT()
  const format = useFormats()
  const toast = useToast()
  const navigate = useNavigate()
  const publish = usePublish(id)
  const { canEdit } = useEditor()
  const { name, rule } = builder.draft
  const named = filled(name).fr !== ''
  const lacks = !whole ? t('segments.lacks.rule') : !named ? t('segments.lacks.name') : null
  if (!canEdit) return null
  const send = () =>
    publish.mutate(
      { name: filled(name), rule },
      {
        onSuccess: (segment) => {
          builder.forget()
          toast({ message: t('segments.published', { version: segment.version ?? version }) })
          navigate({ to: '/segments/$id', params: { id: segment.id } })
        },
        onError: (error) => toast({ message: error.message, tone: 'error' }),
      },
    )
  return (
    <>
      {lacks ? (
        <span className="meta">{lacks}</span>
      ) : (
        builder.savedAt && (
          <span className={css.saved}>
            <IconDeviceFloppy size={15} aria-hidden />
            {t('segments.saved', { time: format.time(builder.savedAt) })}
          </span>
        )
      )}
      {builder.savedAt && (
        <Button variant="subtle" color="gray" onClick={builder.discard}>
          {t(id ? 'segments.discard' : 'segments.restart')}
        </Button>
      )}
      <ActionIcon
        variant="default"
        size={32}
        aria-label={t('segments.undo')}
        disabled={!builder.undo}
        onClick={() => builder.undo?.()}
      >
        <IconArrowBackUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={32}
        aria-label={t('segments.redo')}
        disabled={!builder.redo}
        onClick={() => builder.redo?.()}
      >
        <IconArrowForwardUp size={16} />
      </ActionIcon>
      <Button
        leftSection={<IconCheck size={16} />}
        disabled={lacks !== null}
        loading={publish.isPending}
        onClick={send}
      >
        {id ? t('segments.publish.version', { version }) : t('segments.publish')}
      </Button>
    </>
  )
}

/** Ctrl or ⌘ with Z and Shift+Z, unless a field has its own undo. */
function useUndoKeys(builder: Builder): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing = (event.target as Element | null)?.closest('input, textarea')
      if (typing || event.key.toLowerCase() !== 'z' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      if (event.shiftKey) builder.redo?.()
      else builder.undo?.()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [builder])
}
