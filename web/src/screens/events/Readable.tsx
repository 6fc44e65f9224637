import { useLabel } from '../../api/labels.ts'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import type { LiveMessage } from './api.ts'
import css from './Events.module.css'
import { PersonLink } from './event-columns.tsx'

type Line = { path: string; kind: 'property' | 'trait'; value: unknown }

function parsed(raw: unknown): Record<string, unknown> {
  if (typeof raw !== 'string') return (raw ?? {}) as Record<string, unknown>
  try {
    return JSON.parse(raw) as Record<string, unknown>
  } catch {
    return {}
  }
}

function entries(value: unknown, kind: Line['kind']): Line[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).map(([path, one]) => ({ path, kind, value: one }))
}

/** An event in words: its person, times, then its properties and traits with their types. */
export function Readable({ message }: { message: LiveMessage }) {
  const t = useT()
  const format = useFormats()
  const label = useLabel()
  const body = parsed(message.raw)
  const lines = [...entries(body.properties, 'property'), ...entries(body.traits, 'trait')]
  return (
    <dl className={css.readable}>
      <div>
        <dt>{t('events.person')}</dt>
        <dd>
          <PersonLink message={message} />
        </dd>
      </div>
      {message.identifiers.map((one) => (
        <div key={`${one.namespace}:${one.value}`}>
          <dt>{one.namespace}</dt>
          <dd className="mono">{one.value}</dd>
        </div>
      ))}
      <div>
        <dt>{t('events.happenedAt')}</dt>
        <dd>
          {format.date(message.at)} {format.timeMillis(message.at)}
        </dd>
      </div>
      {lines.map((line) => (
        <div key={`${line.kind} ${line.path}`}>
          <dt title={line.path}>{label(line.kind, line.path)}</dt>
          <dd>
            <Value value={line.value} />
          </dd>
        </div>
      ))}
      {message.messageId && (
        <div>
          <dt>messageId</dt>
          <dd className="mono">{message.messageId}</dd>
        </div>
      )}
      {(message.flags ?? []).length > 0 && (
        <div>
          <dt>{t('events.flags')}</dt>
          <dd className="mono">{message.flags?.join(', ')}</dd>
        </div>
      )}
    </dl>
  )
}

function Value({ value }: { value: unknown }) {
  const t = useT()
  const format = useFormats()
  if (Array.isArray(value)) {
    return (
      <>
        {t('events.items', { count: value.length })} <Names items={value} />
      </>
    )
  }
  if (typeof value === 'object' && value !== null) return <code>{JSON.stringify(value)}</code>
  const type = value === null ? 'null' : typeof value
  return (
    <>
      {typeof value === 'number' ? format.number(value) : String(value)}{' '}
      {type !== 'string' && <span className="ink-3">{t('events.valueType', { type })}</span>}
    </>
  )
}

/** The names inside a list of things, when they have any. */
function Names({ items }: { items: unknown[] }) {
  const names = items.flatMap((item) => {
    const name = (item as { name?: unknown } | null)?.name
    return typeof name === 'string' ? [name] : typeof item === 'string' ? [item] : []
  })
  return names.length > 0 ? <span className="ink-2">{names.slice(0, 4).join(', ')}</span> : null
}
