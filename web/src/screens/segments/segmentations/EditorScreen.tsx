import { Button } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../../api/session.ts'
import { SkeletonRows } from '../../../design/Skeleton.tsx'
import { useToast } from '../../../design/Toast.tsx'
import { useT } from '../../../i18n/i18n.ts'
import { PageError } from '../../../shell/PageError.tsx'
import type { Effects } from '../api.ts'
import css from '../builder.module.css'
import { ConditionsCard } from '../ConditionsCard.tsx'
import { DragProvider } from '../drag/DragProvider.tsx'
import { EditorProvider } from '../editor.ts'
import { SentenceCard } from '../SentenceCard.tsx'
import { useTemplates } from '../shelf/api.ts'
import { FieldTree } from '../tree/FieldTree.tsx'
import { useSegmentation, useSegmentationActions } from './api.ts'
import { ClassesCard } from './ClassesCard.tsx'
import { type ClassesDraft, classesLack, classesOf, emptyClasses, inputOf } from './classes.ts'
import { EditorHeader } from './EditorHeader.tsx'
import { SharesPanel } from './SharesPanel.tsx'
import { fromTemplate } from './template.ts'
import { useClassEditor } from './useClassEditor.ts'

/** A new segmentation, empty or from a template (`?template=`). */
export function NewSegmentationScreen() {
  const key = useSearch({ from: '/shell/segmentations/new', select: ({ template }) => template })
  const templates = useTemplates({ enabled: key !== undefined })
  if (key && templates.isPending) return <SkeletonRows count={10} />
  const template = templates.data?.find((each) => each.key === key)
  return <ClassesEditor id={null} start={fromTemplate(template) ?? emptyClasses()} version={0} />
}

/** An existing segmentation: publishing makes its next version. */
export function EditSegmentationScreen() {
  const { id } = useParams({ from: '/shell/segmentations/$id' })
  const segmentation = useSegmentation(id)
  if (segmentation.isPending) return <SkeletonRows count={10} />
  if (segmentation.isError) {
    return <PageError error={segmentation.error} onRetry={() => segmentation.refetch()} />
  }
  const { version } = segmentation.data
  return <ClassesEditor key={id} id={id} start={classesOf(segmentation.data)} version={version} />
}

type ClassesEditorProps = { id: string | null; start: ClassesDraft; version: number }

function ClassesEditor({ id, start, version }: ClassesEditorProps) {
  const canEdit = usePermission('segments:write')
  const { editor, draft, said, chosen, ...classes } = useClassEditor(start, { canEdit })
  const [effects, setEffects] = useState<Effects>('none')
  const publish = usePublishClasses(id, draft)
  const lacks = classesLack(draft)
  return (
    <EditorProvider value={editor}>
      <EditorHeader
        draft={draft}
        version={version + 1}
        classes={classes}
        actions={
          canEdit && (
            <Button
              leftSection={<IconCheck size={16} />}
              disabled={lacks !== null}
              loading={publish.isPending}
              onClick={() => publish.send(effects)}
            >
              <PublishWords version={version + 1} />
            </Button>
          )
        }
        lacks={lacks}
      />
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <DragProvider>
        <div className={css.builder}>
          <FieldTree />
          <div className={css.middle}>
            <ClassesCard draft={draft} chosen={chosen} canEdit={canEdit} {...classes} />
            <SentenceCard />
            <ConditionsCard />
          </div>
          <SharesPanel
            {...{ id, draft, effects }}
            onEffects={setEffects}
            onIncludesStaff={canEdit ? (includesStaff) => classes.change({ includesStaff }) : null}
          />
        </div>
      </DragProvider>
    </EditorProvider>
  )
}

function PublishWords({ version }: { version: number }) {
  const t = useT()
  return version === 1 ? t('segments.publish') : t('segments.publish.version', { version })
}

function usePublishClasses(id: string | null, draft: ClassesDraft) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const { publish } = useSegmentationActions(id)
  return {
    isPending: publish.isPending,
    send: (effects: Effects) =>
      publish.mutate(
        { ...inputOf(draft), effects },
        {
          onSuccess: ({ version }) => {
            toast({ message: t('segments.published', { version }) })
            navigate({ to: '/segmentations' })
          },
          onError: toast,
        },
      ),
  }
}
