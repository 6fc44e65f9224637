import {
  type Icon,
  IconArrowBarRight,
  IconArrowBarToRight,
  IconBan,
  IconBolt,
  IconEye,
  IconHeadset,
  IconHeart,
  IconId,
  IconLogin2,
  IconMailOpened,
  IconPencil,
  IconPointer,
  IconReceipt,
  IconReceiptRefund,
  IconSearch,
  IconSend,
  IconShoppingCart,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { CodeBlock } from '../../design/Code.tsx'
import { useFormats } from '../../i18n/format.ts'
import { type LocalText, localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { useNames } from '../segments/names.ts'
import css from './person.module.css'
import type { TimelineEntry } from './types.ts'
import { summaryText } from './words.ts'

const EVENT_ICONS: [RegExp, Icon][] = [
  [/refund/i, IconReceiptRefund],
  [/order|checkout|purchase|payment/i, IconReceipt],
  [/wish|favou?rite/i, IconHeart],
  [/cart|added|removed/i, IconShoppingCart],
  [/search/i, IconSearch],
  [/email|newsletter|message/i, IconMailOpened],
  [/ticket|nps|support/i, IconHeadset],
  [/sign|login|account/i, IconLogin2],
  [/identif/i, IconId],
  [/click/i, IconPointer],
  [/view|page|screen/i, IconEye],
]

const CHANGES = {
  entered: 'person.entered',
  left: 'person.left',
  moved: 'person.moved',
  stayed: 'person.stayed',
} as const

function iconOf(entry: TimelineEntry): Icon {
  if (entry.kind === 'segment') {
    return entry.change === 'left' ? IconArrowBarRight : IconArrowBarToRight
  }
  if (entry.kind === 'delivery') return entry.reason ? IconBan : IconSend
  if (entry.kind === 'trait') return IconPencil
  return EVENT_ICONS.find(([words]) => words.test(entry.event ?? ''))?.[1] ?? IconBolt
}

/** One thing that happened; an event opens to show its properties. */
export function EntryLine({ entry }: { entry: TimelineEntry }) {
  const t = useT()
  const format = useFormats()
  const [open, setOpen] = useState(false)
  const EntryIcon = iconOf(entry)
  const properties = entry.properties ?? {}
  const opens = Object.keys(properties).length > 0
  const line = <EntryWords entry={entry} />
  return (
    <li className={css.entry}>
      <time className={css.entryTime} dateTime={entry.time} title={format.dateTime(entry.time)}>
        {format.timeSeconds(entry.time)}
      </time>
      <span
        className={`${css.entryIcon} ${entry.kind === 'segment' && entry.change !== 'left' ? css.entryTeal : ''}`}
        aria-hidden
      >
        <EntryIcon size={14} stroke={1.7} />
      </span>
      {opens ? (
        <button
          type="button"
          className={css.entryOpen}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {line}
        </button>
      ) : (
        <span className={css.entryText}>{line}</span>
      )}
      {open && (
        <div className={css.entryDetail}>
          <CodeBlock
            code={JSON.stringify(properties, null, 2)}
            label={t('person.timeline.properties')}
            maxHeight={240}
          />
        </div>
      )}
    </li>
  )
}

function EntryWords({ entry }: { entry: TimelineEntry }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const names = useNames()
  const said = (text: LocalText | string | null | undefined) =>
    text ? localText(text, language) : ''
  const reason = entry.reason
    ? said(
        typeof entry.reason === 'object' && 'text' in entry.reason
          ? entry.reason.text
          : entry.reason,
      )
    : ''
  if (entry.kind === 'segment' && entry.segment) {
    return (
      <>
        <b className={entry.change === 'left' ? '' : css.teal}>
          {t(CHANGES[entry.change ?? 'entered'])}
        </b>{' '}
        <Link to="/segments/$id" params={{ id: entry.segment.id }}>
          {said(entry.segment.name)}
        </Link>{' '}
        {reason}
      </>
    )
  }
  if (entry.kind === 'delivery') {
    return (
      <>
        <b>{t(entry.reason ? 'person.notSent' : 'person.sent')}</b> {said(entry.summary)} {reason}
      </>
    )
  }
  const name = said(entry.displayName) || (entry.event ? names.event(entry.event) : '')
  return (
    <>
      <b>{entry.kind === 'trait' ? t('person.changed') : name}</b>{' '}
      {said(entry.summary) || summaryText(entry, format)} {reason}
    </>
  )
}
