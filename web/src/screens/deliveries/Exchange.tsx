import { Chip } from '../../design/Chip.tsx'
import { CodeBlock } from '../../design/Code.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import type { Attempt } from './api.ts'
import css from './deliveries.module.css'

type ExchangeProps = { exchange: Omit<Attempt, 'at'>; at?: string }

/** Both sides of one request: what was sent, what came back, how long it took. */
export function Exchange({ exchange, at }: ExchangeProps) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const { request, response, error } = exchange
  const fault =
    typeof error === 'string' ? error : error?.text ? localText(error.text, language) : error?.code
  return (
    <div className={css.exchange}>
      <p className={css.exchangeHead}>
        {response && (
          <Chip tone={response.status < 300 ? 'teal' : response.status < 500 ? 'red' : 'amber'}>
            {t('deliveries.exchange.status', { status: response.status })}
          </Chip>
        )}
        {!response && <Chip tone="red">{t('deliveries.exchange.noAnswer')}</Chip>}
        <span className="meta">
          {[
            at && format.dateTime(at),
            exchange.tookMs !== null &&
              t('deliveries.exchange.took', { n: format.number(exchange.tookMs) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
      {fault && <p className={css.fault}>{fault}</p>}
      {request && (
        <>
          <p className={css.side}>{t('deliveries.exchange.request')}</p>
          <CodeBlock
            code={requestText(request)}
            label={t('deliveries.exchange.request')}
            maxHeight={320}
          />
        </>
      )}
      {response && (
        <>
          <p className={css.side}>{t('deliveries.exchange.response')}</p>
          <CodeBlock
            code={`${headText(response.headers)}${bodyText(response.body)}`}
            label={t('deliveries.exchange.response')}
            maxHeight={220}
          />
        </>
      )}
    </div>
  )
}

function requestText(request: NonNullable<Attempt['request']>): string {
  const first = [request.method, request.url].filter(Boolean).join(' ')
  return `${first ? `${first}\n` : ''}${headText(request.headers)}${bodyText(request.body)}`
}

function headText(headers: Record<string, string> | undefined): string {
  const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  return lines.length > 0 ? `${lines.join('\n')}\n\n` : ''
}

/** A body as it went: JSON is laid out, anything else is left alone. */
function bodyText(body: unknown): string {
  if (body === undefined || body === null) return ''
  if (typeof body !== 'string') return JSON.stringify(body, null, 2)
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
