import { ActionIcon, SegmentedControl } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useState } from 'react'
import { CodeBlock, Copy } from '../../design/Code.tsx'
import { Drawer } from '../../design/Drawer.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { EventEffects, EventTrace } from './EventEffects.tsx'
import css from './Events.module.css'
import { useEventName } from './event-columns.tsx'
import { Readable } from './Readable.tsx'
import type { Shown } from './ring.ts'

/** The event's bytes as text, indented when they are JSON. */
export function prettyRaw(raw: unknown): string {
  if (typeof raw !== 'string') return JSON.stringify(raw, null, 2)
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}

type EventDrawerProps = {
  message: Shown
  messages: Shown[]
  onOpen: (message: Shown) => void
  onClose: () => void
}

type View = 'readable' | 'raw' | 'effects'

/** One event: its way through the flow, then readable, raw, and what it changed. */
export function EventDrawer({ message, messages, onOpen, onClose }: EventDrawerProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const name = useEventName()
  const [view, setView] = useState<View>('readable')
  const raw = prettyRaw(message.raw)
  const place = messages.findIndex((one) => one.key === message.key)
  const before = messages[place - 1]
  const after = messages[place + 1]
  const bytes = new TextEncoder().encode(typeof message.raw === 'string' ? message.raw : raw)
  const size = format.number(bytes.length / 1024, { maximumFractionDigits: 1 })
  return (
    <Drawer
      title={name(message)}
      note={`${message.source.name} · ${t('events.size', { size })}`}
      onClose={onClose}
      actions={
        <>
          <ActionIcon
            aria-label={t('events.newer')}
            disabled={!before}
            onClick={() => before && onOpen(before)}
          >
            <IconChevronUp size={16} />
          </ActionIcon>
          <ActionIcon
            aria-label={t('events.older')}
            disabled={!after}
            onClick={() => after && onOpen(after)}
          >
            <IconChevronDown size={16} />
          </ActionIcon>
        </>
      }
    >
      {message.reason && (
        <div className={message.state === 'rejected' ? css.rejectedBox : css.flaggedBox}>
          <strong>{localText(message.reason.text, language)}</strong>
          {message.reason.hint && <p>{localText(message.reason.hint, language)}</p>}
          <code>{message.reason.code}</code>
        </div>
      )}
      {message.state !== 'rejected' && <EventTrace message={message} />}
      <div className={css.views}>
        <SegmentedControl
          aria-label={t('events.view')}
          value={view}
          onChange={(value) => setView(value as View)}
          data={(['readable', 'raw', 'effects'] as const)
            .filter((value) => value !== 'effects' || message.state !== 'rejected')
            .map((value) => ({ value, label: t(`events.view.${value}`) }))}
        />
        <Copy value={raw} />
      </div>
      {view === 'readable' && <Readable message={message} />}
      {view === 'raw' && <CodeBlock code={raw} label={t('events.view.raw')} maxHeight={460} />}
      {view === 'effects' && <EventEffects message={message} />}
    </Drawer>
  )
}
