import {
  type Icon,
  IconAlertTriangle,
  IconArrowsJoin,
  IconBolt,
  IconBox,
  IconCheck,
  IconCopy,
  IconEye,
  IconHeadset,
  IconHeart,
  IconLogin,
  IconMail,
  IconReceipt,
  IconSearch,
  IconShoppingCart,
  IconUserEdit,
  IconUsers,
  IconX,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useLabel } from '../../api/labels.ts'
import { Chip } from '../../design/Chip.tsx'
import type { Column } from '../../design/DataTable.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import type { LiveMessage } from './api.ts'
import { contentOf } from './content.ts'
import css from './Events.module.css'
import { bestIdentifier, type Shown } from './ring.ts'

const patterns: [RegExp, Icon][] = [
  [/order|purchase|payment|refund|commande/i, IconReceipt],
  [/wish|favou?rite|envie/i, IconHeart],
  [/cart|checkout|product added|product removed|panier/i, IconShoppingCart],
  [/search|recherche/i, IconSearch],
  [/sign|log.?in|connexion/i, IconLogin],
  [/email|mail|newsletter|message/i, IconMail],
  [/ticket|nps|support/i, IconHeadset],
  [/stock|inventory/i, IconBox],
  [/product|view|page|produit/i, IconEye],
]

/** The icon of an event, from its type and its name. */
export function EventIcon({ message }: { message: Pick<LiveMessage, 'type' | 'event'> }) {
  const byType: Record<string, Icon> = {
    page: IconEye,
    screen: IconEye,
    identify: IconUserEdit,
    group: IconUsers,
    alias: IconArrowsJoin,
  }
  const Found =
    byType[message.type ?? ''] ??
    patterns.find(([pattern]) => pattern.test(message.event ?? ''))?.[1] ??
    IconBolt
  return <Found size={15} stroke={1.7} aria-hidden className={css.eventIcon} />
}

/** What an event is called: its display name, or the words of its type. */
export function useEventName(): (message: Pick<LiveMessage, 'type' | 'event'>) => string {
  const t = useT()
  const label = useLabel()
  return ({ type, event }) => {
    if (event && type === 'track') return label('event', event)
    switch (type) {
      case 'page':
        return t('events.type.page')
      case 'screen':
        return t('events.type.screen')
      case 'identify':
        return t('events.type.identify')
      case 'group':
        return t('events.type.group')
      case 'alias':
        return t('events.type.alias')
      default:
        return event ? label('event', event) : t('events.type.unreadable')
    }
  }
}

/** Accepted is quiet text; only what is not accepted has a colour. */
export function MessageStateChip({ state }: { state: LiveMessage['state'] }) {
  const t = useT()
  const words = t(`events.state.${state}`)
  switch (state) {
    case 'accepted':
      return (
        <span className={css.accepted}>
          <IconCheck size={15} aria-hidden /> {words}
        </span>
      )
    case 'flagged':
      return (
        <Chip tone="amber" icon={<IconAlertTriangle />}>
          {words}
        </Chip>
      )
    case 'rejected':
      return (
        <Chip tone="red" icon={<IconX />}>
          {words}
        </Chip>
      )
    case 'duplicate':
      return (
        <Chip tone="neutral" icon={<IconCopy />}>
          {words}
        </Chip>
      )
  }
}

/** The person of an event by its best identifier; masked values lead nowhere. */
export function PersonLink({ message }: { message: LiveMessage }) {
  const t = useT()
  const best = bestIdentifier(message.identifiers)
  if (message.person) {
    const { id, name } = message.person
    return (
      <Link to="/people/$id" params={{ id }} className={css.person}>
        {name ?? t('events.visitor', { id: id.slice(-4) })}
      </Link>
    )
  }
  if (!best || message.state === 'rejected') return <span className="ink-3">—</span>
  const device = best.namespace === 'anonymous_id'
  const text = device ? t('events.visitor', { id: best.value.slice(-4) }) : best.value
  if (best.value.includes('•')) return <span>{text}</span>
  return (
    <Link
      to="/people/$id"
      params={{ id: `${best.namespace}:${best.value}` }}
      className={device ? css.device : css.person}
    >
      {text}
    </Link>
  )
}

/** The columns of the stream; `compact` beside an open drawer. */
export function useEventColumns(
  open: (message: Shown) => void,
  mode: 'full' | 'compact',
): Column<Shown>[] {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const name = useEventName()
  const tone = { accepted: '', duplicate: '', flagged: css.amberText, rejected: css.redText }
  const columns: Column<Shown>[] = [
    {
      key: 'at',
      header: t('events.receivedAt'),
      width: '98px',
      cell: (message) => <span className={css.time}>{format.timeMillis(message.receivedAt)}</span>,
    },
    {
      key: 'event',
      header: t('events.event'),
      width: 'minmax(130px, 1.3fr)',
      cell: (message) => (
        <button type="button" className={css.event} onClick={() => open(message)}>
          <EventIcon message={message} />
          <span className="ellipsis">{name(message)}</span>
        </button>
      ),
    },
    {
      key: 'source',
      header: t('events.source'),
      width: 'minmax(90px, 0.8fr)',
      wideOnly: true,
      cell: (message) => message.source.name,
    },
    {
      key: 'person',
      header: t('events.person'),
      width: 'minmax(110px, 1fr)',
      wideOnly: true,
      cell: (message) => <PersonLink message={message} />,
    },
    {
      key: 'summary',
      header: t('events.content'),
      width: 'minmax(140px, 1.9fr)',
      wideOnly: true,
      cell: (message) => (
        <span className={tone[message.state]}>
          {message.reason
            ? localText(message.reason.text, language)
            : contentOf(message, format, (count) => t('events.articles', { count }))}
        </span>
      ),
    },
    {
      key: 'state',
      header: t('events.state'),
      width: '104px',
      cell: (message) => <MessageStateChip state={message.state} />,
    },
  ]
  return mode === 'full' ? columns : columns.filter((column) => column.key !== 'source')
}
