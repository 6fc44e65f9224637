import { Textarea } from '@mantine/core'
import { useRef } from 'react'
import { ApiError } from '../../api/client.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { useTraits } from '../segments/api.ts'
import { type FormulaFunction, useComputedList, useFormulaFunctions } from './api.ts'
import css from './formula.module.css'

type FormulaFieldsProps = {
  formula: string
  onChange: (formula: string) => void
  /** What the server said of it, if it was refused. */
  error: unknown
}

/** A formula, its fault in its place, and what it may name and call beside it. */
export function FormulaFields({ formula, onChange, error }: FormulaFieldsProps) {
  const t = useT()
  const area = useRef<HTMLTextAreaElement>(null)
  const fault = faultIn(error, formula)
  const insert = (text: string) => {
    const { selectionStart = formula.length, selectionEnd = formula.length } = area.current ?? {}
    onChange(formula.slice(0, selectionStart) + text + formula.slice(selectionEnd))
    area.current?.focus()
  }
  return (
    <>
      <div>
        <Textarea
          ref={area}
          label={t('traits.formula')}
          description={t('traits.formula.help')}
          required
          autosize
          minRows={3}
          maxRows={12}
          maxLength={2_000}
          spellCheck={false}
          classNames={{ input: css.code ?? '' }}
          value={formula}
          error={fault !== null}
          aria-describedby={fault ? 'formula-fault' : undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        {fault && <FaultInPlace formula={formula} fault={fault} />}
      </div>
      <Traits onChoose={insert} />
      <Functions onChoose={insert} />
    </>
  )
}

type Fault = { message: { fr: string; en: string }; start: number; end: number }

/** The fault of this very text: what was said of another one has another place. */
function faultIn(error: unknown, formula: string): Fault | null {
  if (!(error instanceof ApiError) || !formula.trim()) return null
  const [found] = error.errors
  if (found?.start === undefined || found.end === undefined || !found.messages) return null
  return { message: found.messages, start: found.start, end: found.end }
}

function FaultInPlace({ formula, fault }: { formula: string; fault: Fault }) {
  const language = useLanguage()
  const { start, end } = fault
  return (
    <div id="formula-fault" className={css.fault} role="alert">
      <pre className={css.place} aria-hidden>
        {formula.slice(0, start)}
        <mark>{formula.slice(start, Math.max(end, start + 1)) || ' '}</mark>
        {formula.slice(Math.max(end, start + 1))}
      </pre>
      <p>{localText(fault.message, language)}</p>
    </div>
  )
}

type ChooseProps = { onChoose: (text: string) => void }

/** A trait as a formula names it. */
const named = (key: string) =>
  /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(key) ? key : `trait(${JSON.stringify(key)})`

/** A given trait, read as what it was mostly told as; of a list, whether something is in it. */
function readAs(key: string, types: readonly string[]): string {
  const [type = 'text'] = types
  if (type === 'list') return `"…" in ${named(key)}`
  return `${['number', 'boolean', 'date'].includes(type) ? type : 'text'}(${named(key)})`
}

function Traits({ onChoose }: ChooseProps) {
  const t = useT()
  const language = useLanguage()
  const computed = useComputedList().data ?? []
  const given = useTraits().data ?? []
  return (
    <details className={css.list}>
      <summary>{t('traits.formula.traits')}</summary>
      <ul>
        {computed.map(({ id, key, name }) => (
          <Choice key={id} text={key} words={localText(name, language)} onChoose={onChoose} />
        ))}
        {given.map(({ key, types }) => {
          const text = readAs(key, types)
          return <Choice key={key} text={text} words={t('traits.given.one')} onChoose={onChoose} />
        })}
      </ul>
    </details>
  )
}

function Functions({ onChoose }: ChooseProps) {
  const t = useT()
  const language = useLanguage()
  const functions = useFormulaFunctions().data ?? []
  return (
    <details className={css.list} open>
      <summary>{t('traits.formula.functions')}</summary>
      <p className={css.operators}>{t('traits.formula.operators')}</p>
      <ul>
        {functions.map((one: FormulaFunction) => (
          <Choice
            key={one.name}
            text={one.signature}
            words={localText(one.description, language)}
            title={one.example}
            inserts={one.example}
            onChoose={onChoose}
          />
        ))}
      </ul>
    </details>
  )
}

type ChoiceProps = ChooseProps & { text: string; words: string; title?: string; inserts?: string }

function Choice({ text, words, title, inserts = text, onChoose }: ChoiceProps) {
  return (
    <li>
      <button type="button" title={title} onClick={() => onChoose(inserts)}>
        <code>{text}</code>
        <span>{words}</span>
      </button>
    </li>
  )
}
