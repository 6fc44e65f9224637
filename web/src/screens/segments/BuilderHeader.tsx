import { ActionIcon, Button, TextInput } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBolt,
  IconCheck,
  IconDeviceFloppy,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Chip } from '../../design/Chip.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import type { Segment } from './api.ts'
import css from './builder.module.css'
import { filled } from './draft.ts'
import { useEditor } from './editor.ts'
import type { Builder } from './useBuilder.ts'
import type { Save } from './useSave.ts'

type BuilderHeaderProps = {
  segment: Segment | null
  builder: Builder
  /** The draft is on the server too, not on this device alone. */
  isKept: boolean
  whole: boolean
  save: Save
  /** Looks at what a changed rule changes first; null where there is nothing to compare with. */
  review: (() => void) | 'open' | null
}

/** The name, how far the draft is, undo and redo, and the one decision: publish. */
export function BuilderHeader(props: BuilderHeaderProps) {
  const { segment, builder, save } = props
  const t = useT()
  useUndoKeys(builder)
  return (
    <PageHeader
      crumbs={[
        <Link key="list" to="/segments">
          {t('segments.title')}
        </Link>,
        t(segment ? 'segments.draft' : 'segments.new'),
      ]}
      title={<NameField builder={builder} />}
      beside={
        <>
          <Chip>{t('segments.draft.version', { version: save.version })}</Chip>
          <Chip tone="teal" icon={<IconBolt />}>
            {t('segments.realtime')}
          </Chip>
        </>
      }
      lead={t('segments.builder.lead')}
      actions={<Actions {...props} />}
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
      style={{
        '--chars': Math.max(t('segments.name.placeholder').length + 3, name[language].length + 2),
      }}
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

function Actions({ segment, builder, isKept, whole, save, review }: BuilderHeaderProps) {
  const t = useT()
  const format = useFormats()
  const { canEdit } = useEditor()
  const named = filled(builder.draft.name).fr !== ''
  const lacks = !whole ? t('segments.lacks.rule') : !named ? t('segments.lacks.name') : null
  if (!canEdit) return null
  return (
    <>
      {lacks ? (
        <span className="meta">{lacks}</span>
      ) : (
        builder.savedAt && (
          <span className={css.saved}>
            <IconDeviceFloppy size={15} aria-hidden />
            {t(isKept ? 'segments.saved' : 'segments.saved.here', {
              time: format.time(builder.savedAt),
            })}
          </span>
        )
      )}
      {builder.savedAt && segment?.version !== 0 && (
        <Button variant="subtle" color="gray" onClick={builder.discard}>
          {t(segment ? 'segments.discard' : 'segments.restart')}
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
        disabled={lacks !== null || review === 'open'}
        loading={save.saving}
        onClick={() => (review && review !== 'open' ? review() : save.save())}
      >
        {segment?.version
          ? t('segments.publish.version', { version: save.version })
          : t('segments.publish')}
      </Button>
    </>
  )
}

/** Ctrl or ⌘ with Z, and with Shift+Z or Y, unless a field has its own undo. */
function useUndoKeys(builder: Builder): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing = (event.target as Element | null)?.closest('input, textarea')
      const key = event.key.toLowerCase()
      if (typing || !(event.metaKey || event.ctrlKey) || (key !== 'z' && key !== 'y')) return
      event.preventDefault()
      if (event.shiftKey || key === 'y') builder.redo?.()
      else builder.undo?.()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [builder])
}
