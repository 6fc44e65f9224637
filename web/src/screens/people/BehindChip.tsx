import { SetChip } from '../../design/FilterBar.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import { useSegmentNames } from '../segments/names.ts'
import type { Behind } from './api.ts'

/** Says whom the list is about when a number of a segment's page led here. */
export function BehindChip({ search, onClear }: { search: Behind; onClear: () => void }) {
  const words = useBehindWords(search)
  if (words.length === 0) return null
  return <SetChip onClear={onClear}>{words.join(' · ')}</SetChip>
}

function useBehindWords(search: Behind): string[] {
  const t = useT()
  const format = useFormats()
  const names = useSegmentNames()
  const nameOf = (id: string) => names.get(id) ?? t('segmentPage.someSegment')
  const namesOf = (ids: string) => ids.split(',').map(nameOf).join(', ')
  const words: string[] = []
  if (search.in) words.push(t('segmentPage.behind.in', { names: namesOf(search.in) }))
  if (search.out) words.push(t('segmentPage.behind.out', { names: namesOf(search.out) }))
  if (search.entered) {
    words.push(t('segmentPage.behind.entered', { name: nameOf(search.entered) }))
  }
  if (search.left) words.push(t('segmentPage.behind.left', { name: nameOf(search.left) }))
  if (search.via && search.via !== 'new' && search.via !== 'filled' && search.via !== 'none') {
    const side = search.entered ? 'from' : 'to'
    words.push(t(`segmentPage.behind.via.${side}`, { name: nameOf(search.via) }))
  } else if (search.via) {
    const side = search.entered ? 'entered' : 'left'
    words.push(t(`segmentPage.flows.${side}.${search.via as 'new' | 'filled' | 'none'}`))
  }
  if (search.since && search.until) {
    const [from, to] = [format.dateTime(search.since), format.dateTime(search.until)]
    words.push(t('segmentPage.behind.time', { from, to }))
  }
  if (search.stayed) words.push(stayWords(search, { t, name: nameOf(search.stayed), format }))
  return words
}

function stayWords(
  { stay = 'ended', least = 0, most }: Behind,
  {
    t,
    name,
    format,
  }: { t: ReturnType<typeof useT>; name: string; format: ReturnType<typeof useFormats> },
): string {
  const from = format.duration(least)
  return most === undefined
    ? t(`segmentPage.behind.${stay}.more`, { name, from })
    : t(`segmentPage.behind.${stay}`, { name, from, to: format.duration(most) })
}
