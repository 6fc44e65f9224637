import { Button } from '@mantine/core'
import { IconArrowsRight, IconGitFork, IconMinus, IconPlus } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './builder.module.css'
import { type Editor, useEditor } from './editor.ts'
import { COMPUTED, type Computed, newComputed, newEvent, newTrait } from './fields.ts'
import { type PickOption, PickToken } from './PickToken.tsx'
import { childrenOf, insertAt, nodeAt, type Path, type Rule } from './rule.ts'

/** A line from what was picked: "trait:city", "event:Cart Viewed", "segment:…", "new:near". */
export function lineFrom(editor: Pick<Editor, 'fields'>, picked: string): Rule {
  const [kind, ...rest] = picked.split(':')
  const key = rest.join(':')
  if (kind === 'new') return newComputed(editor.fields, key as Computed)
  if (kind === 'segment') return { segment: key }
  return kind === 'event' ? newEvent(key) : newTrait(editor.fields, key)
}

function useFieldOptions(): PickOption[] {
  const t = useT()
  const format = useFormats()
  const { fields, names } = useEditor()
  return useMemo(
    () => [
      ...fields.traits.map((each) => ({
        value: `trait:${each.key}`,
        label: names.trait(each.key),
        note: format.percent(each.completeness, 0),
        group: t('segments.tree.traits'),
      })),
      ...fields.events.map((each) => ({
        value: `event:${each.name}`,
        label: names.event(each.name),
        note: format.number(each.count),
        group: t('segments.tree.events'),
      })),
      ...fields.segments.map((each) => ({
        value: `segment:${each.id}`,
        label: names.of('segment', each.id),
        note: format.number(each.size),
        group: t('segments.tree.segments'),
      })),
      ...COMPUTED.map((kind) => ({
        value: `new:${kind}`,
        label: t(`segments.new.${kind}`),
        group: t('segments.tree.computed'),
      })),
    ],
    [fields, names, format, t],
  )
}

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
        onChange={(picked) => add(lineFrom(editor, picked))}
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
            onChange={(picked) => add({ not: lineFrom(editor, picked) })}
          >
            <IconMinus size={15} aria-hidden />
            {t('segments.add.exclusion')}
          </PickToken>
        </>
      )}
    </div>
  )
}
