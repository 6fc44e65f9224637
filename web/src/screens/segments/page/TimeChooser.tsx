import { SegmentedControl, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { DAY_MS } from '../../../i18n/durations.ts'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { instantAt, wallClock } from '../moment.ts'
import css from './page.module.css'
import { DAYS, DEFAULT_DAYS, type TimeSearch } from './time.ts'

const DATES = 'dates'

/** The time a chart looks at: the last days, or dates; in the address. */
export function TimeChooser({ time }: { time: TimeSearch }) {
  const t = useT()
  const navigate = useNavigate()
  const set = (next: TimeSearch) =>
    navigate({
      to: '.',
      search: (previous) => ({
        ...previous,
        days: next.days,
        from: next.from,
        to: next.to,
        by: undefined,
      }),
      replace: true,
      resetScroll: false,
    })
  const choose = (value: string) => {
    if (value !== DATES) return set({ days: DAYS.find((each) => String(each) === value) })
    const now = Date.now()
    set({
      from: new Date(now - DEFAULT_DAYS * DAY_MS).toISOString(),
      to: new Date(now).toISOString(),
    })
  }
  return (
    <div className={css.chooser}>
      {time.from && <Dates time={time} onChange={set} />}
      <SegmentedControl
        aria-label={t('segments.history.period')}
        value={time.from ? DATES : String(time.days ?? DEFAULT_DAYS)}
        data={[
          { value: '1', label: t('segmentPage.time.day') },
          { value: '7', label: t('segments.history.days', { n: 7 }) },
          { value: String(DEFAULT_DAYS), label: t('segments.history.days', { n: DEFAULT_DAYS }) },
          { value: '90', label: t('segments.history.days', { n: 90 }) },
          { value: '365', label: t('segmentPage.time.year') },
          { value: DATES, label: t('segmentPage.time.dates') },
        ]}
        onChange={choose}
      />
    </div>
  )
}

/** Whole days of the workspace's zone, the last one included. */
function Dates({ time, onChange }: { time: TimeSearch; onChange: (next: TimeSearch) => void }) {
  const t = useT()
  const { timeZone } = useFormats()
  const dayOf = (at: string) => wallClock(at, timeZone).slice(0, 10)
  const { from = '', to = new Date().toISOString() } = time
  // The end is the first moment that is left out: its day is the one before.
  const lastDay = dayOf(new Date(Date.parse(to) - 1).toISOString())
  const change = (first: string, last: string) => {
    const [begin, end] = [
      instantAt(`${first}T00:00`, timeZone),
      instantAt(`${last}T00:00`, timeZone),
    ]
    if (!begin || !end || begin > end) return
    const after = wallClock(Date.parse(end) + 1.5 * DAY_MS, timeZone).slice(0, 10)
    onChange({ from: begin, to: instantAt(`${after}T00:00`, timeZone) ?? end })
  }
  const today = dayOf(new Date().toISOString())
  return (
    <>
      <TextInput
        type="date"
        size="xs"
        aria-label={t('segmentPage.time.from')}
        value={dayOf(from)}
        max={lastDay}
        onChange={(event) => change(event.currentTarget.value, lastDay)}
      />
      <TextInput
        type="date"
        size="xs"
        aria-label={t('segmentPage.time.to')}
        value={lastDay}
        min={dayOf(from)}
        max={today}
        onChange={(event) => change(dayOf(from), event.currentTarget.value)}
      />
    </>
  )
}
