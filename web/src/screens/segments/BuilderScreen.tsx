import { useDebouncedValue } from '@mantine/hooks'
import { useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { PageError } from '../../shell/PageError.tsx'
import { type Segment, usePreview, useSegment } from './api.ts'
import { BuilderHeader } from './BuilderHeader.tsx'
import css from './builder.module.css'
import { ConditionsCard } from './ConditionsCard.tsx'
import { CountPanel } from './CountPanel.tsx'
import { lineCounts, lineSentences } from './counts.ts'
import { bothLanguages, type Draft, emptyDraft } from './draft.ts'
import { DragProvider } from './drag/DragProvider.tsx'
import { type Editor, EditorProvider } from './editor.ts'
import { issuesOf } from './issues.ts'
import { useNames } from './names.ts'
import { ReviewCard } from './ReviewCard.tsx'
import { asRootGroup, childrenOf, type Rule } from './rule.ts'
import { SamplesCard } from './SamplesCard.tsx'
import { SentenceCard } from './SentenceCard.tsx'
import { FieldTree } from './tree/FieldTree.tsx'
import { useBuilder } from './useBuilder.ts'
import { useFields } from './useFields.ts'
import { useLineActions } from './useLineActions.ts'
import { useSave } from './useSave.ts'

/** A new segment, empty or started from another one (`?from=`). */
export function NewSegmentScreen() {
  const from = useSearch({ from: '/shell/segments/new', select: (search) => search.from ?? null })
  const template = useSegment(from)
  if (from && template.isPending) return <SkeletonRows count={12} />
  const published = template.data ? draftOf(template.data, '') : emptyDraft()
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
  return <Builder key={id} id={id} segment={segment.data} published={draftOf(segment.data)} />
}

function draftOf(segment: Segment, name?: string): Draft {
  return {
    name: bothLanguages(name ?? segment.name),
    rule: asRootGroup(segment.rule),
  }
}

const isChanged = (before: Rule, after: Rule) => JSON.stringify(before) !== JSON.stringify(after)

type BuilderProps = { id: string | null; segment: Segment | null; published: Draft }

/** One count a change, not one a key. */
const COUNT_AFTER_MS = 350

function Builder({ id, segment, published }: BuilderProps) {
  const builder = useBuilder({ id, published, version: segment?.version ?? null })
  const { rule } = builder.draft
  const names = useNames()
  const canEdit = usePermission('segments:write')
  const [active, setActive] = useState<string | null>(null)
  const issues = useMemo(() => issuesOf(rule), [rule])
  const whole = issues.length === 0
  const [counted] = useDebouncedValue(rule, COUNT_AFTER_MS)
  const preview = usePreview(whole && counted === rule ? rule : null)
  const counting = whole && (counted !== rule || preview.isFetching)
  const [last, setLast] = useState(preview.data)
  if (preview.data && preview.data !== last) setLast(preview.data)
  const shown = preview.data ?? last
  const save = useSave(id, segment, builder)
  const [reviewed, setReviewed] = useState<Rule | null>(null)
  // Of another rule than the one looked at, nothing is known: a change closes the review.
  const reviewing = reviewed === rule ? 'open' : () => setReviewed(rule)
  const review = id && isChanged(published.rule, rule) ? reviewing : null
  const { said, ...actions } = useLineActions(rule, builder.setRule)
  const editor: Editor = {
    ...actions,
    rule,
    setRule: builder.setRule,
    fields: useFields(id),
    names,
    issues,
    counts: lineCounts(shown?.conditions ?? [], childrenOf(rule).length),
    sentences: lineSentences(shown?.conditions ?? [], childrenOf(rule).length),
    counting: counting || !whole,
    active,
    setActive,
    canEdit,
  }
  return (
    <EditorProvider value={editor}>
      <BuilderHeader id={id} builder={builder} whole={whole} save={save} review={review} />
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <DragProvider>
        <div className={css.builder}>
          <FieldTree />
          <div className={css.middle}>
            {id && review === 'open' && (
              <ReviewCard id={id} rule={rule} save={save} onClose={() => setReviewed(null)} />
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
          />
        </div>
      </DragProvider>
    </EditorProvider>
  )
}
