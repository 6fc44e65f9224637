import { Modal, Switch } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useT } from '../i18n/i18n.ts'
import { flatNav } from './nav-items.ts'
import css from './Shortcuts.module.css'
import { isTyping, setSingleKeys, shortcutsEvent, singleKeysOn } from './shortcut-store.ts'

/** Follows `g` + letter, and `?`; does nothing while someone types or with the switch off. */
function useSingleKeys(openSheet: () => void): void {
  const navigate = useNavigate()
  const waiting = useRef(false)
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || !singleKeysOn()) return
      if (event.key === '?') openSheet()
      const item = waiting.current ? flatNav().find((one) => one.key === event.key) : undefined
      waiting.current = event.key === 'g' && !item
      if (item) navigate({ to: item.to })
    }
    document.addEventListener('keydown', listen)
    document.addEventListener(shortcutsEvent, openSheet)
    return () => {
      document.removeEventListener('keydown', listen)
      document.removeEventListener(shortcutsEvent, openSheet)
    }
  }, [navigate, openSheet])
}

/** The `?` sheet: every shortcut, and the switch for those of a single key. */
export function Shortcuts() {
  const t = useT()
  const [open, setOpen] = useState(false)
  const [single, setSingle] = useState(singleKeysOn)
  const openSheet = useRef(() => setOpen(true)).current
  useSingleKeys(openSheet)
  const rows: [string[], string][] = [
    [['⌘', 'K'], t('shell.shortcuts.palette')],
    [['?'], t('shell.shortcuts.sheet')],
    ...flatNav().map((item): [string[], string] => [['g', item.key], t(item.label)]),
    [['Espace'], t('shell.shortcuts.pause')],
    [['j', 'k'], t('shell.shortcuts.next')],
    [['/'], t('shell.shortcuts.field')],
    [['↑', '↓', '←', '→'], t('shell.shortcuts.line')],
    [['⌘', 'Z'], t('shell.shortcuts.undo')],
    [['Esc'], t('shell.shortcuts.close')],
  ]
  return (
    <Modal
      opened={open}
      onClose={() => setOpen(false)}
      title={<strong>{t('shell.shortcuts.title')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <dl className={css.list}>
        {rows.map(([keys, what]) => (
          <div key={what} className={css.row}>
            <dt>{what}</dt>
            <dd className={css.keys}>
              {keys.map((key) => (
                <kbd key={key}>{key === 'Espace' ? t('shell.shortcuts.space') : key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        mt="lg"
        checked={single}
        label={t('shell.shortcuts.single')}
        onChange={(event) => {
          setSingle(event.currentTarget.checked)
          setSingleKeys(event.currentTarget.checked ? 'on' : 'off')
        }}
      />
    </Modal>
  )
}
