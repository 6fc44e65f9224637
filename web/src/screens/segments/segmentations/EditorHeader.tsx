import { TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Chip } from '../../../design/Chip.tsx'
import { PageHeader } from '../../../design/PageHeader.tsx'
import { useLanguage, useT } from '../../../i18n/i18n.ts'
import css from '../builder.module.css'
import { useEditor } from '../editor.ts'
import { UndoButtons, useUndoKeys } from '../UndoButtons.tsx'
import type { ClassesDraft } from './classes.ts'
import type { ClassActions } from './useClassEditor.ts'

type EditorHeaderProps = {
  draft: ClassesDraft
  version: number
  classes: ClassActions
  actions: ReactNode
  lacks: 'rule' | 'name' | null
}

/** The name, undo and redo, what is missing, and the one decision: publish. */
export function EditorHeader({ draft, version, classes, actions, lacks }: EditorHeaderProps) {
  const t = useT()
  const language = useLanguage()
  const { canEdit } = useEditor()
  const { name } = draft
  const placeholder = t('segmentations.name.placeholder')
  useUndoKeys(classes)
  return (
    <PageHeader
      crumbs={[
        <Link key="list" to="/segmentations">
          {t('segmentations.title')}
        </Link>,
        t(version === 1 ? 'segments.new' : 'segments.draft'),
      ]}
      title={
        <TextInput
          classNames={{ input: css.name }}
          style={{ '--chars': Math.max(placeholder.length + 3, name[language].length + 2) }}
          aria-label={t('segmentations.name')}
          placeholder={placeholder}
          value={name[language]}
          readOnly={!canEdit}
          onChange={(event) =>
            classes.change({ name: { ...name, [language]: event.currentTarget.value } })
          }
        />
      }
      beside={<Chip>{t('segments.draft.version', { version })}</Chip>}
      lead={t('segmentations.editor.lead')}
      actions={
        canEdit && (
          <>
            {lacks && <span className="meta">{t(`segmentations.lacks.${lacks}`)}</span>}
            <UndoButtons steps={classes} />
            {actions}
          </>
        )
      }
    />
  )
}
