import { useFormats } from '../i18n/format.ts'

type NumProps = { value: number | null | undefined; unit?: string; digits?: number }

/** A number in the active language; an em dash when there is none. */
export function Num({ value, unit, digits }: NumProps) {
  const format = useFormats()
  if (value === null || value === undefined) return <span className="ink-3">—</span>
  const options = digits === undefined ? {} : { maximumFractionDigits: digits }
  return (
    <span className="nowrap">
      {format.number(value, options)}
      {unit && <span className="ink-3">{`\u00a0${unit}`}</span>}
    </span>
  )
}
