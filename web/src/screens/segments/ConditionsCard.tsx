import { SegmentedControl } from '@mantine/core'
import { IconUsersPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { useT } from '../../i18n/i18n.ts'
import { AddLine } from './AddLine.tsx'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { GroupLines, GroupWords } from './GroupLines.tsx'
import { JsonView } from './json/JsonView.tsx'
import { childrenOf, isSome } from './rule.ts'
import { Templates } from './shelf/Templates.tsx'

/** The rule as lines, or as the JSON that the API takes. */
export function ConditionsCard() {
  const t = useT()
  const navigate = useNavigate()
  const json = useSearch({
    strict: false,
    select: (search: { view?: unknown }) => search.view === 'json',
  })
  const editor = useEditor()
  return (
    <Card
      flush
      title={t('segments.conditions')}
      note={t('segments.conditions.note')}
      actions={
        <SegmentedControl
          aria-label={t('segments.view')}
          value={json ? 'json' : 'lines'}
          data={[
            { value: 'lines', label: t('segments.conditions') },
            { value: 'json', label: 'JSON' },
          ]}
          onChange={(view) =>
            navigate({
              to: '.',
              search: (previous) => ({ ...previous, view: view === 'json' ? 'json' : undefined }),
              replace: true,
            })
          }
        />
      }
    >
      {json ? (
        <JsonView />
      ) : (
        <div className={css.lines} data-group="">
          {childrenOf(editor.rule).length === 0 && (
            <>
              <EmptyState
                icon={<IconUsersPlus />}
                title={t('segments.start.title')}
                why={t('segments.start.why')}
              />
              {editor.start && <Templates onStart={editor.start} />}
            </>
          )}
          {isSome(editor.rule) && (
            <div className={css.rootWords}>
              <GroupWords group={editor.rule} path={[]} />
            </div>
          )}
          <GroupLines group={editor.rule} path={[]} />
          {editor.canEdit && <AddLine path={[]} />}
        </div>
      )}
    </Card>
  )
}
