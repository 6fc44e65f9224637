import { Button } from '@mantine/core'
import { Copy } from '../../design/Code.tsx'
import { useT } from '../../i18n/i18n.ts'
import css from './Settings.module.css'

type ShownOnceProps = { why: string; value: string; onDone: () => void }

/** A secret that is shown once: only its hash is kept. */
export function ShownOnce({ why, value, onDone }: ShownOnceProps) {
  const t = useT()
  return (
    <div className={css.form}>
      <p className="ink-2">{why}</p>
      <div className={css.secret}>
        <code>{value}</code>
        <Copy value={value} />
      </div>
      <p className={css.once}>{t('settings.once')}</p>
      <Button onClick={onDone} className={css.submit}>
        {t('settings.done')}
      </Button>
    </div>
  )
}
