import { useNavigate, useSearch } from '@tanstack/react-router'
import { Card } from '../../design/Card.tsx'
import { CodeBlock } from '../../design/Code.tsx'
import { useT } from '../../i18n/i18n.ts'
import type { Source } from './api.ts'
import css from './Sources.module.css'
import { firstSdk, sdks } from './snippets.ts'

/** What to paste, for each SDK, with the key and the host filled in. */
export function SnippetCard({ source }: { source: Source }) {
  const t = useT()
  const navigate = useNavigate({ from: '/sources/$source' })
  const search = useSearch({ from: '/shell/sources/$source' })
  const chosen = search.sdk ?? firstSdk(source.kind)
  const sdk = sdks.find((one) => one.key === chosen) ?? sdks[0]
  if (!sdk) return null
  const code = sdk.code({ writeKey: source.writeKey, origin: window.location.origin })
  return (
    <Card title={t('sources.paste')} note={t('sources.pasteNote')}>
      <fieldset className={css.sdks} aria-label={t('sources.sdk')}>
        {sdks.map((one) => (
          <button
            key={one.key}
            type="button"
            aria-pressed={one.key === sdk.key}
            className={`${css.sdk} ${one.key === sdk.key ? css.chosen : ''}`}
            onClick={() => navigate({ search: { sdk: one.key }, replace: true })}
          >
            {one.name}
          </button>
        ))}
      </fieldset>
      {sdk.install && (
        <>
          <p className={css.step}>{t('sources.step.install')}</p>
          <CodeBlock code={sdk.install} label={t('sources.step.install')} copy />
        </>
      )}
      <p className={css.step}>{t(`sources.step.${sdk.where}`)}</p>
      <CodeBlock code={code} label={sdk.name} copy />
      <p className={css.foot}>{t('sources.compatible')}</p>
    </Card>
  )
}
