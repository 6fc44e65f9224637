import { Button, Textarea } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { useEditor } from '../editor.ts'
import { type ParseError, parseRule } from '../parse.ts'
import { asRootGroup } from '../rule.ts'
import css from './json.module.css'
import { brokenAt, type Place, placeOf } from './places.ts'

/** The rule as the JSON that the API takes: to be read, edited, or pasted from elsewhere. */
export function JsonView() {
  const t = useT()
  const format = useFormats()
  const { rule, setRule, canEdit } = useEditor()
  const written = JSON.stringify(rule, null, 2)
  const [text, setText] = useState(written)
  const [based, setBased] = useState(written)
  const field = useRef<HTMLTextAreaElement>(null)
  if (based !== written) {
    setBased(written)
    setText(written)
  }
  const parsed = parseRule(text)
  const fault = parsed.error && { ...parsed.error, place: placeIn(text, parsed.error) }
  const words = fault ? t(`segments.json.${fault.problem}`, { at: fault.at || '/' }) : null
  return (
    <div className={css.json}>
      <Textarea
        ref={field}
        aria-label={t('segments.json')}
        autosize
        minRows={12}
        maxRows={32}
        spellCheck={false}
        classNames={{ root: css.field, input: css.input }}
        value={text}
        readOnly={!canEdit}
        error={
          fault &&
          t('segments.json.line', {
            line: format.number(fault.place.line),
            column: format.number(fault.place.column),
            words: words ?? '',
          })
        }
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={css.actions}>
        {canEdit && (
          <Button
            size="xs"
            disabled={!parsed.rule || text === written}
            onClick={() => parsed.rule && setRule(asRootGroup(parsed.rule))}
          >
            {t('segments.json.apply')}
          </Button>
        )}
        {fault && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowRight size={15} />}
            onClick={() => goTo(field.current, fault.place)}
          >
            {t('segments.json.go', { line: format.number(fault.place.line) })}
          </Button>
        )}
        {canEdit && text !== written && (
          <Button size="xs" variant="subtle" color="gray" onClick={() => setText(written)}>
            {t('segments.json.back')}
          </Button>
        )}
      </div>
    </div>
  )
}

function placeIn(text: string, { at, problem }: ParseError): Place {
  return (problem === 'json' && brokenAt(text)) || placeOf(text, at)
}

function goTo(field: HTMLTextAreaElement | null, { offset, line }: Place): void {
  if (!field) return
  field.focus()
  field.setSelectionRange(offset, offset + 1)
  const height = Number.parseFloat(getComputedStyle(field).lineHeight)
  field.scrollTop = Math.max(0, (line - 4) * height)
}
