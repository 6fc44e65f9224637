import { useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { PageError } from '../../shell/PageError.tsx'
import { type Segment, useSegment } from './api.ts'
import { BuilderHeader } from './BuilderHeader.tsx'
import css from './builder.module.css'
import { ConditionsCard } from './ConditionsCard.tsx'
import { CountPanel } from './CountPanel.tsx'
import { lineCounts, lineSentences } from './counts.ts'
import { bothLanguages, type Draft, emptyDraft, publishedOf } from './draft.ts'
import { DragProvider } from './drag/DragProvider.tsx'
import { type Editor, EditorProvider } from './editor.ts'
import { refusalIn } from './faults.ts'
import { issuesOf } from './issues.ts'
import { useNames } from './names.ts'
import { ReviewCard } from './ReviewCard.tsx'
import { childrenOf } from './rule.ts'
import { SamplesCard } from './SamplesCard.tsx'
import { SentenceCard } from './SentenceCard.tsx'
import { FieldTree } from './tree/FieldTree.tsx'
import { useBuilder } from './useBuilder.ts'
import { useCount } from './useCount.ts'
import { useFields } from './useFields.ts'
import { useLineActions } from './useLineActions.ts'
import { useSave } from './useSave.ts'
import { useServerDraft } from './useServerDraft.ts'

/** A new segment, empty or started from another one (`?from=`). */
export function NewSegmentScreen() {
  const from = useSearch({ from: '/shell/segments/new', select: (search) => search.from ?? null })
  const template = useSegment(from)
  if (from && template.isPending) return <SkeletonRows count={12} />
  const published = template.data
    ? { ...publishedOf(template.data), name: bothLanguages(null) }
    : emptyDraft()
  return <Builder id={null} segment={null} published={published} />
}

/** An existing segment: publishing makes its next version. */
export function EditSegmentScreen() {
  const { id } = useParams({ from: '/shell/segments/$id/edit' })
  const segment = useSegment(id)
  if (segment.isPending) return <SkeletonRows count={12} />
  if (segment.isError) {
    return <PageError error={segment.error} onRetry={() => segment.refetch()} />
  }
  return <Builder key={id} id={id} segment={segment.data} published={publishedOf(segment.data)} />
}

const isChanged = (before: Draft, after: Draft) =>
  before.includesStaff !== after.includesStaff ||
  JSON.stringify(before.rule) !== JSON.stringify(after.rule)

type BuilderProps = { id: string | null; segment: Segment | null; published: Draft }

function Builder({ id, segment, published }: BuilderProps) {
  const builder = useBuilder({ segment, published })
  const { rule, includesStaff } = builder.draft
  const names = useNames()
  const canEdit = usePermission('segments:write')
  const [active, setActive] = useState<string | null>(null)
  const issues = useMemo(() => issuesOf(rule), [rule])
  const whole = issues.length === 0
  const { preview, shown, counting } = useCount(rule, { whole, includesStaff })
  const save = useSave(segment, builder)
  const isKept = useServerDraft({ builder, segment, paused: !canEdit || save.saving })
  const [reviewed, setReviewed] = useState<Draft | null>(null)
  // Of another rule than the one looked at, nothing is known: a change closes the review.
  const reviewing = reviewed === builder.draft ? 'open' : () => setReviewed(builder.draft)
  const isLive = segment !== null && segment.version > 0
  const review = isLive && isChanged(published, builder.draft) ? reviewing : null
  const { said, ...actions } = useLineActions(rule, builder.setRule)
  const editor: Editor = {
    ...actions,
    rule,
    setRule: builder.setRule,
    fields: useFields(id),
    names,
    issues,
    refusal: refusalIn(preview.error),
    counts: lineCounts(shown?.conditions ?? [], childrenOf(rule).length),
    sentences: lineSentences(shown?.conditions ?? [], childrenOf(rule).length),
    counting: counting || !whole,
    active,
    setActive,
    canEdit,
    start: id === null && canEdit ? builder.change : null,
  }
  return (
    <EditorProvider value={editor}>
      <BuilderHeader {...{ segment, builder, isKept, whole, save, review }} />
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <DragProvider>
        <div className={css.builder}>
          <FieldTree />
          <div className={css.middle}>
            {id && review === 'open' && (
              <ReviewCard
                {...{ id, rule, includesStaff, save }}
                onClose={() => setReviewed(null)}
              />
            )}
            <SentenceCard />
            <ConditionsCard />
            <SamplesCard preview={shown} counting={counting} />
          </div>
          <CountPanel
            preview={shown}
            counting={counting}
            error={preview.isError ? preview.error : null}
            onRetry={() => preview.refetch()}
            segment={segment}
            includesStaff={includesStaff}
            onIncludesStaff={canEdit ? (next) => builder.change({ includesStaff: next }) : null}
          />
        </div>
      </DragProvider>
    </EditorProvider>
  )
}
