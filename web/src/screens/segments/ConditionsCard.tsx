import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { IconUsersPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { useT } from '../../i18n/i18n.ts'
import { AddLine } from './AddLine.tsx'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { GroupLines, GroupWords } from './GroupLines.tsx'
import { parseRule } from './parse.ts'
import { asRootGroup, childrenOf, isSome } from './rule.ts'

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
            <EmptyState
              icon={<IconUsersPlus />}
              title={t('segments.start.title')}
              why={t('segments.start.why')}
            />
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

function JsonView() {
  const t = useT()
  const { rule, setRule, canEdit } = useEditor()
  const written = JSON.stringify(rule, null, 2)
  const [text, setText] = useState(written)
  const [based, setBased] = useState(written)
  if (based !== written) {
    setBased(written)
    setText(written)
  }
  const parsed = parseRule(text)
  const problem = parsed.error
    ? t(`segments.json.${parsed.error.problem}`, { at: parsed.error.at || '/' })
    : null
  return (
    <div className={css.json}>
      <Textarea
        aria-label={t('segments.json')}
        autosize
        minRows={12}
        maxRows={32}
        classNames={{ input: css.jsonInput }}
        value={text}
        readOnly={!canEdit}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        size="xs"
        disabled={!parsed.rule || text === written}
        onClick={() => parsed.rule && setRule(asRootGroup(parsed.rule))}
      >
        {t('segments.json.apply')}
      </Button>
    </div>
  )
}
