import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useT } from '../i18n/i18n.ts'
import css from './Code.module.css'

/** A button that copies a text and says so. */
export function Copy({ value, label }: { value: string; label?: string }) {
  const t = useT()
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="xs"
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={copy}
        >
          {copied ? t('design.copied') : (label ?? t('design.copy'))}
        </Button>
      )}
    </CopyButton>
  )
}

type CodeBlockProps = { code: string; label: string; copy?: boolean; maxHeight?: number }

/** Code as it must be pasted, or a payload as it came; scrolls by keyboard. */
export function CodeBlock({ code, label, copy, maxHeight }: CodeBlockProps) {
  return (
    <div className={css.frame}>
      {copy && (
        <div className={css.copy}>
          <Copy value={code} />
        </div>
      )}
      <section
        className={css.code}
        style={{ maxHeight }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the keyboard
        tabIndex={0}
        aria-label={label}
      >
        <pre>{code}</pre>
      </section>
    </div>
  )
}
