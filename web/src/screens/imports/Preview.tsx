import { Card } from '../../design/Card.tsx'
import { CodeBlock } from '../../design/Code.tsx'
import { useT } from '../../i18n/i18n.ts'
import css from './Imports.module.css'
import { type Mapping, toIdentify } from './mapping.ts'
import type { ReadFile } from './read-file.ts'

/** The first people as they will be sent. */
export function Preview({ file, mapping }: { file: ReadFile; mapping: Mapping }) {
  const t = useT()
  const shown = file.rows
    .slice(0, 200)
    .map((row, index) => toIdentify(row, mapping, { file: file.name, line: index + 2 }))
    .filter((one) => one !== null)
    .slice(0, 2)
  return (
    <Card title={t('imports.preview')} note={t('imports.previewNote')}>
      <div className={css.preview}>
        {shown.map((one) => (
          <CodeBlock
            key={one.messageId}
            label={t('imports.preview')}
            code={JSON.stringify(one, null, 2)}
            maxHeight={260}
          />
        ))}
        {shown.length === 0 && <p className="ink-2">{t('imports.needsIdentifier')}</p>}
      </div>
    </Card>
  )
}
