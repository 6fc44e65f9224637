import type { Formats } from '../../i18n/format.ts'

const units = { fr: ['o', 'Ko', 'Mo', 'Go', 'To'], en: ['B', 'KB', 'MB', 'GB', 'TB'] } as const

/** "12,4 Mo", "12.4 MB": a size on disk. */
export function bytesText(format: Formats, bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1_000 ** step
  const digits = step > 0 && value < 100 ? 1 : 0
  return `${format.number(value, { maximumFractionDigits: digits })}\u00a0${units[format.language][step]}`
}

/** 940, 1,2k, 47k, 3M: at most four characters, where there is no room for more. */
export function shortText(format: Formats, value: number): string {
  if (value < 1_000) return String(value)
  const isMillions = value >= 1_000_000
  const digits = value < 10_000 ? 1 : 0
  const scaled = value / (isMillions ? 1_000_000 : 1_000)
  return `${format.number(scaled, { maximumFractionDigits: digits })}${isMillions ? 'M' : 'k'}`
}
