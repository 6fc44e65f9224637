import { Button, TextInput } from '@mantine/core'
import { IconBolt, IconCheck, IconDeviceFloppy } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Chip } from '../../design/Chip.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import type { Segment } from './api.ts'
import css from './builder.module.css'
import { filled } from './draft.ts'
import { useEditor } from './editor.ts'
import { UndoButtons, useUndoKeys } from './UndoButtons.tsx'
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
      <UndoButtons steps={builder} />
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
