import { Button, SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlayerPlay } from '@tabler/icons-react'
import { type ReactNode, useMemo, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type Definition, useTraitPreview } from './api.ts'
import { definitionIn, EMPTY, type TraitDraft, type Way } from './draft.ts'
import { EventFields } from './EventFields.tsx'
import { FormulaFields } from './FormulaFields.tsx'
import { PreviewCard } from './PreviewCard.tsx'
import { QueryFields } from './QueryFields.tsx'
import css from './traits.module.css'

/** How long after the last key the server is asked. */
const ASK_AFTER_MS = 400

type TraitEditorProps = {
  draft: TraitDraft
  onChange: (draft: TraitDraft) => void
  /** Of the trait that is changed; null: it has none yet. */
  traitKey: string | null
  /** What stands above the definition. */
  children?: ReactNode
  /** What can be done with it, in the head. */
  actions?: ReactNode
}

/** What a trait is made of, in one of three ways, and beside it what that gives. */
export function TraitEditor({ draft, onChange, traitKey, children, actions }: TraitEditorProps) {
  const t = useT()
  const [profile, setProfile] = useState<string | null>(null)
  const [tried, setTried] = useState<Definition | null>(null)
  // One object as long as nothing is typed, so that the wait has an end.
  const written = useMemo(() => definitionIn(draft), [draft])
  const [live] = useDebouncedValue(written, ASK_AFTER_MS)
  // A query costs more than a look: it is run when somebody says so.
  const definition = draft.way === 'query' ? tried : live
  const preview = useTraitPreview(definition, profile, traitKey)
  return (
    <div className={css.split}>
      <Card title={t('traits.definition')} actions={actions}>
        <div className={css.fields}>
          {children}
          {traitKey === null && <WayChoice way={draft.way} onChange={onChange} />}
          {draft.way === 'events' && (
            <EventFields
              form={draft.form}
              onChange={(patch) => onChange({ ...draft, form: { ...draft.form, ...patch } })}
            />
          )}
          {draft.way === 'formula' && (
            <FormulaFields
              formula={draft.formula}
              error={live === written ? preview.error : null}
              onChange={(formula) => onChange({ ...draft, formula })}
            />
          )}
          {draft.way === 'query' && (
            <>
              <QueryFields
                query={draft.query}
                onChange={(patch) => onChange({ ...draft, query: { ...draft.query, ...patch } })}
              />
              <Button
                variant="default"
                className={css.try}
                leftSection={<IconPlayerPlay size={16} />}
                loading={preview.isFetching}
                disabled={!written}
                onClick={() => {
                  setTried(written)
                  if (tried === written) preview.refetch()
                }}
              >
                {t('traits.query.try')}
              </Button>
            </>
          )}
        </div>
      </Card>
      <PreviewCard
        definition={definition}
        traitKey={traitKey}
        profile={profile}
        onProfile={setProfile}
        way={draft.way}
      />
    </div>
  )
}

function WayChoice({ way, onChange }: { way: Way; onChange: (draft: TraitDraft) => void }) {
  const t = useT()
  const ways: Way[] = [
    'events',
    'formula',
    ...(usePermission('traits:sql') ? ['query' as const] : []),
  ]
  return (
    <SegmentedControl
      fullWidth
      aria-label={t('traits.way')}
      value={way}
      data={ways.map((value) => ({ value, label: t(`traits.way.${value}`) }))}
      onChange={(value) => onChange(EMPTY[ways.find((each) => each === value) ?? 'events'])}
    />
  )
}
