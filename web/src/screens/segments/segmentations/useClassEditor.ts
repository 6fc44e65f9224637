import { useMemo, useReducer, useState } from 'react'
import { useT } from '../../../i18n/i18n.ts'
import { lineCounts, lineSentences } from '../counts.ts'
import { type Step, type Steps, takeStep } from '../draft.ts'
import type { Editor } from '../editor.ts'
import { refusalIn } from '../faults.ts'
import { issuesOf } from '../issues.ts'
import { useNames } from '../names.ts'
import { childrenOf, type Rule } from '../rule.ts'
import { useCount } from '../useCount.ts'
import { useFields } from '../useFields.ts'
import { useLineActions } from '../useLineActions.ts'
import { type Class, type ClassesDraft, newClass, reorder } from './classes.ts'

const NOBODY: Rule = { all: [] }

/** The classes with the steps one can take back, and the builder of the class that is chosen. */
export function useClassEditor(start: ClassesDraft, { canEdit }: { canEdit: boolean }) {
  const t = useT()
  const [steps, dispatch] = useReducer(takeStep<ClassesDraft>, {
    past: [],
    present: start,
    future: [],
  } satisfies Steps<ClassesDraft>)
  const draft = steps.present
  const [wanted, setWanted] = useState(start.classes[0]?.key ?? '')
  const chosen = draft.classes.find((each) => each.key === wanted) ?? draft.classes[0]
  const change = (patch: Partial<ClassesDraft>) =>
    dispatch({ kind: 'edit', draft: { ...draft, ...patch } } satisfies Step<ClassesDraft>)
  const changeClass = (key: string, patch: Partial<Class>) =>
    change({
      classes: draft.classes.map((each) => (each.key === key ? { ...each, ...patch } : each)),
    })
  const rule = chosen?.rule ?? NOBODY
  const setRule = (next: Rule) => chosen && changeClass(chosen.key, { rule: next })
  const { said, ...lines } = useLineActions(rule, setRule)
  return {
    editor: {
      ...useRuleEditor(rule, { canEdit, includesStaff: draft.includesStaff }),
      ...lines,
      setRule,
    },
    draft,
    said,
    chosen: chosen?.key ?? '',
    change,
    changeClass,
    choose: setWanted,
    add: () => {
      const added = newClass(draft.classes)
      change({ classes: [...draft.classes, added] })
      setWanted(added.key)
    },
    remove: (key: string) => change({ classes: draft.classes.filter((each) => each.key !== key) }),
    move: (from: number, to: number) => {
      if (to < 0 || to >= draft.classes.length) return
      change({ classes: reorder(draft.classes, from, to) })
      lines.announce(t('segmentations.moved', { place: to + 1, of: draft.classes.length }))
    },
    undo: steps.past.length > 0 ? () => dispatch({ kind: 'undo' }) : null,
    redo: steps.future.length > 0 ? () => dispatch({ kind: 'redo' }) : null,
  }
}

export type ClassActions = Omit<
  ReturnType<typeof useClassEditor>,
  'editor' | 'draft' | 'said' | 'chosen'
>

/** What the lines of one rule need, besides what changes it. */
function useRuleEditor(
  rule: Rule,
  { canEdit, includesStaff }: { canEdit: boolean; includesStaff: boolean },
) {
  const issues = useMemo(() => issuesOf(rule), [rule])
  const whole = issues.length === 0
  const { preview, shown, counting } = useCount(rule, { whole, includesStaff })
  const [active, setActive] = useState<string | null>(null)
  const lines = childrenOf(rule).length
  return {
    rule,
    issues,
    fields: useFields(null),
    names: useNames(),
    refusal: refusalIn(preview.error),
    counts: lineCounts(shown?.conditions ?? [], lines),
    sentences: lineSentences(shown?.conditions ?? [], lines),
    counting: counting || !whole,
    ...{ active, setActive, canEdit },
    start: null,
  } satisfies Partial<Editor>
}
