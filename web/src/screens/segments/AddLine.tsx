import { Button } from '@mantine/core'
import { IconArrowsRight, IconGitFork, IconMinus, IconPlus } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { useEditor } from './editor.ts'
import { newComputed } from './fields.ts'
import { lineFrom } from './newLine.ts'
import { type PickOption, PickToken } from './PickToken.tsx'
import { childrenOf, insertAt, nodeAt, type Path, type Rule } from './rule.ts'
import { useSections } from './tree/useSections.tsx'

/** Every field by theme, as the tree has them. */
function useFieldOptions(): PickOption[] {
  const sections = useSections(NOTHING_RECENT)
  return useMemo(
    () =>
      sections.flatMap((section) =>
        section.fields.map(({ key, label, note }) => ({
          ...{ value: key, label, note },
          group: section.label,
        })),
      ),
    [sections],
  )
}

const NOTHING_RECENT: readonly string[] = []

/** « + Condition », and at the root « + Groupe », « Séquence » and « Exclusion ». */
export function AddLine({ path, small }: { path: Path; small?: boolean }) {
  const t = useT()
  const editor = useEditor()
  const options = useFieldOptions()
  const add = (line: Rule) => {
    const group = nodeAt(editor.rule, path)
    const last = group ? childrenOf(group).length : 0
    editor.add(insertAt(editor.rule, path, line), [...path, last])
  }
  return (
    <div className={css.add}>
      <PickToken
        label={t('segments.add.condition')}
        plain
        className={small ? css.addSmall : css.addButton}
        value=""
        options={options}
        onChange={(picked) => add(lineFrom(editor.fields, picked))}
      >
        <IconPlus size={15} aria-hidden />
        {t('segments.add.condition')}
      </PickToken>
      {!small && (
        <>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconGitFork size={15} />}
            onClick={() => add({ any: [] })}
          >
            {t('segments.add.group')}
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconArrowsRight size={15} />}
            onClick={() => add(newComputed(editor.fields, 'sequence'))}
          >
            {t('segments.add.sequence')}
          </Button>
          <PickToken
            label={t('segments.add.exclusion')}
            plain
            className={css.addButton}
            value=""
            options={options}
            onChange={(picked) => add({ not: lineFrom(editor.fields, picked) })}
          >
            <IconMinus size={15} aria-hidden />
            {t('segments.add.exclusion')}
          </PickToken>
        </>
      )}
    </div>
  )
}
