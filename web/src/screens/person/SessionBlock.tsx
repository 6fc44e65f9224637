import {
  type Icon,
  IconAddressBook,
  IconBuildingStore,
  IconDatabase,
  IconDeviceMobile,
  IconHeadset,
  IconMail,
  IconVector,
  IconWorld,
} from '@tabler/icons-react'
import { useNow } from '../../design/RelativeTime.tsx'
import { DAY_MS, MINUTE_MS } from '../../i18n/durations.ts'
import { type Formats, useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { EntryLine } from './EntryLine.tsx'
import css from './person.module.css'
import { entryKey, type SessionIcon, sessionIcon, sessionLength } from './timeline.ts'
import type { Session } from './types.ts'

const ICONS: Record<SessionIcon, Icon> = {
  web: IconWorld,
  app: IconDeviceMobile,
  till: IconBuildingStore,
  mail: IconMail,
  support: IconHeadset,
  crm: IconAddressBook,
  other: IconDatabase,
}

/** One session: where, on what, when, and what was done in it, newest first. */
export function SessionBlock({ session, limit }: { session: Session; limit?: number }) {
  const t = useT()
  const format = useFormats()
  const now = useNow(60_000)
  // Entries, exits and messages between two visits are the program's own work.
  const ownWork = session.events.every((entry) => entry.kind !== 'event')
  const SourceIcon = ownWork ? IconVector : ICONS[sessionIcon(session.source?.name ?? null)]
  const length = sessionLength(session)
  const age = now - Date.parse(session.end)
  const today = format.date(now) === format.date(session.end)
  const yesterday = format.date(now - DAY_MS) === format.date(session.end)
  const day = today
    ? t('person.today')
    : yesterday
      ? t('person.yesterday')
      : dayText(session.end, now, format)
  const live = age < 5 * MINUTE_MS
  return (
    <li className={css.session}>
      <div className={css.sessionHead}>
        <span className={css.sessionIcon} aria-hidden>
          <SourceIcon size={16} stroke={1.6} />
        </span>
        <span className={css.sessionText}>
          <strong>
            {session.source?.name ??
              t(ownWork ? 'person.session.system' : 'person.session.unknown')}
            {length >= MINUTE_MS && ` · ${format.duration(length)}`}
          </strong>
          {session.device && <span className="meta ellipsis">{session.device}</span>}
        </span>
        <span className={css.sessionWhen}>
          <strong>{day}</strong>
          <span className="meta">
            {format.time(session.start)}
            {length >= MINUTE_MS && ` – ${live ? t('person.now') : format.time(session.end)}`}
          </span>
        </span>
      </div>
      <ol className={css.entries}>
        {session.events.slice(0, limit).map((entry) => (
          <EntryLine key={entryKey(entry)} entry={entry} />
        ))}
      </ol>
      {limit && session.events.length > limit && (
        <p className={css.moreEntries}>
          {t('person.session.more', { count: session.events.length - limit })}
        </p>
      )}
    </li>
  )
}

/** "10 nov.", with the year when it is not this one. */
function dayText(at: string, now: number, format: Formats): string {
  const year = format.date(at).slice(-4) === format.date(now).slice(-4)
  return new Intl.DateTimeFormat(format.locale, {
    timeZone: format.timeZone,
    day: 'numeric',
    month: 'short',
    ...(year ? {} : { year: 'numeric' }),
  }).format(new Date(at))
}
