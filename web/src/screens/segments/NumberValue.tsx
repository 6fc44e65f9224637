import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useFormats } from '../../i18n/format.ts'
import css from './builder.module.css'
import { numberTyped } from './ops.ts'

type NumberValueProps = {
  label: string
  value: number | undefined
  onChange: (value: number | undefined) => void
  min?: number
}

/** A number, typed with the separators of the language. */
export function NumberValue({ label, value, onChange, min }: NumberValueProps) {
  const format = useFormats()
  const french = format.language === 'fr'
  const [typed, setTyped] = useState<{ text: number | string; value: number | undefined }>({
    text: value ?? '',
    value,
  })
  return (
    <NumberInput
      classNames={{ input: css.valueInput }}
      style={{ '--chars': Math.max(4, String(value ?? '').length + 3) }}
      hideControls
      aria-label={label}
      // "45," is the number 45 already: what was typed stays until the value is another one.
      value={typed.value === value ? typed.text : (value ?? '')}
      {...(min === undefined ? {} : { min })}
      decimalSeparator={french ? ',' : '.'}
      thousandSeparator={french ? '\u00a0' : ','}
      onChange={(text) => {
        const next = numberTyped(text)
        setTyped({ text, value: next })
        onChange(next)
      }}
    />
  )
}
