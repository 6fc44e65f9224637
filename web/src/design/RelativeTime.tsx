import { useEffect, useState } from 'react'
import { DAY_MS } from '../i18n/durations.ts'
import { useFormats } from '../i18n/format.ts'

/** The present, epoch ms, refreshed every `everyMs`. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** "il y a 2 min", with the exact time and zone on hover. */
export function RelativeTime({ at }: { at: string | number | null | undefined }) {
  const format = useFormats()
  const now = useNow(5_000)
  if (at === null || at === undefined) return <span className="ink-3">—</span>
  const exact = `${format.dateTime(at)} (${format.zoneName()})`
  const age = Math.abs(now - new Date(at).getTime())
  // Beyond a month an age says less than a date.
  const text = age > 30 * DAY_MS ? format.date(at) : format.relative(at, now)
  return (
    <time dateTime={new Date(at).toISOString()} title={exact} className="nowrap">
      {text}
    </time>
  )
}
