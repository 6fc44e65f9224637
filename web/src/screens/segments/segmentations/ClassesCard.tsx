import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconGripVertical, IconPlus, IconTrash } from '@tabler/icons-react'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react'
import { Card } from '../../../design/Card.tsx'
import { useFormats } from '../../../i18n/format.ts'
import { useLanguage, useT } from '../../../i18n/i18n.ts'
import drag from '../drag/drag.module.css'
import { useEditor } from '../editor.ts'
import { lineWords } from '../sentence.ts'
import { type Class, type ClassesDraft, lacksRule } from './classes.ts'
import css from './segmentations.module.css'
import type { ClassActions } from './useClassEditor.ts'
import { useReorder } from './useReorder.ts'

type ClassesCardProps = ClassActions & { draft: ClassesDraft; chosen: string; canEdit: boolean }

/** The classes in their order; the chosen one is edited below. Drag or arrows change the order. */
export function ClassesCard({ draft, chosen, canEdit, ...actions }: ClassesCardProps) {
  const t = useT()
  const language = useLanguage()
  const order = useReorder(actions.move)
  const { otherwise } = draft
  return (
    <Card
      flush
      title={t('segmentations.classes')}
      note={t('segmentations.classes.note')}
      actions={
        canEdit && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={15} />}
            onClick={actions.add}
          >
            {t('segmentations.add')}
          </Button>
        )
      }
    >
      <ol ref={order.list} className={css.classes}>
        {draft.classes.map((each, index) => (
          <ClassRow
            key={each.key}
            one={each}
            index={index}
            look={{
              chosen: each.key === chosen,
              taken: order.taken === index,
              mark: order.mark === index && order.taken !== null,
            }}
            alone={draft.classes.length === 1}
            actions={actions}
            onPress={(event) => order.press(event, index)}
          />
        ))}
        <li className={css.otherwise}>
          <span className={css.place}>{draft.classes.length + 1}</span>
          <TextInput
            classNames={{ root: css.nameField }}
            aria-label={t('segmentations.otherwise')}
            value={otherwise.name[language]}
            readOnly={!canEdit}
            onChange={(event) =>
              actions.change({
                otherwise: {
                  ...otherwise,
                  name: { ...otherwise.name, [language]: event.currentTarget.value },
                },
              })
            }
          />
          <span className={`${css.words} ellipsis`}>{t('segmentations.otherwise.why')}</span>
        </li>
      </ol>
    </Card>
  )
}

type ClassRowProps = {
  one: Class
  index: number
  look: { chosen: boolean; taken: boolean; mark: boolean }
  alone: boolean
  actions: ClassActions
  onPress: (event: PointerEvent) => void
}

function ClassRow({ one, index, look, alone, actions, onPress }: ClassRowProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const { names, canEdit } = useEditor()
  const name = one.name[language]
  const grip = useRef<HTMLButtonElement>(null)
  const hadFocus = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row that was moved keeps the focus
  useEffect(() => {
    if (hadFocus.current) grip.current?.focus()
    hadFocus.current = false
  }, [index])
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (by === 0) return
    event.preventDefault()
    hadFocus.current = true
    actions.move(index, index + by)
  }
  const looks = [
    css.class,
    look.chosen ? css.chosen : '',
    look.taken ? css.taken : '',
    look.mark ? css.mark : '',
  ].join(' ')
  return (
    <li data-class={index} className={looks}>
      {canEdit && (
        <button
          ref={grip}
          type="button"
          className={drag.grip}
          aria-label={t('segmentations.grip', { name })}
          aria-keyshortcuts="ArrowUp ArrowDown"
          title={t('segmentations.grip.hint')}
          onKeyDown={onKeyDown}
          onPointerDown={onPress}
        >
          <IconGripVertical size={14} aria-hidden />
        </button>
      )}
      <span className={css.place}>{format.number(index + 1)}</span>
      <TextInput
        classNames={{ root: css.nameField }}
        aria-label={t('segmentations.class.name', { place: index + 1 })}
        value={name}
        maxLength={120}
        readOnly={!canEdit}
        onFocus={() => actions.choose(one.key)}
        onChange={(event) =>
          actions.changeClass(one.key, {
            name: { ...one.name, [language]: event.currentTarget.value },
          })
        }
      />
      <button
        type="button"
        className={`${css.words} ellipsis`}
        aria-pressed={look.chosen}
        onClick={() => actions.choose(one.key)}
      >
        {lacksRule(one.rule)
          ? t('segmentations.class.lacks')
          : lineWords(one.rule, names, language)}
      </button>
      {canEdit && (
        <ActionIcon
          aria-label={t('segmentations.remove', { name })}
          disabled={alone}
          onClick={() => actions.remove(one.key)}
        >
          <IconTrash size={15} />
        </ActionIcon>
      )}
    </li>
  )
}
