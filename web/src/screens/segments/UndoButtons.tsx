import { ActionIcon } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useT } from '../../i18n/i18n.ts'

/** Null where there is nothing to take back, or to do again. */
type UndoSteps = { undo: (() => void) | null; redo: (() => void) | null }

export function UndoButtons({ steps }: { steps: UndoSteps }) {
  const t = useT()
  return (
    <>
      <ActionIcon
        variant="default"
        size={32}
        aria-label={t('segments.undo')}
        disabled={!steps.undo}
        onClick={() => steps.undo?.()}
      >
        <IconArrowBackUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={32}
        aria-label={t('segments.redo')}
        disabled={!steps.redo}
        onClick={() => steps.redo?.()}
      >
        <IconArrowForwardUp size={16} />
      </ActionIcon>
    </>
  )
}

/** Ctrl or ⌘ with Z, and with Shift+Z or Y, unless a field has its own undo. */
export function useUndoKeys({ undo, redo }: UndoSteps): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing = (event.target as Element | null)?.closest('input, textarea')
      const key = event.key.toLowerCase()
      if (typing || !(event.metaKey || event.ctrlKey) || (key !== 'z' && key !== 'y')) return
      event.preventDefault()
      if (event.shiftKey || key === 'y') redo?.()
      else undo?.()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [undo, redo])
}
