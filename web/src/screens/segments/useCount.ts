import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { usePreview } from './api.ts'
import type { Rule } from './rule.ts'

/** One count a change, not one a key. */
const COUNT_AFTER_MS = 350

/** The live count of a rule that is whole; while it is counted again, the last one stays. */
export function useCount(
  rule: Rule,
  { whole, includesStaff }: { whole: boolean; includesStaff: boolean },
) {
  const [counted] = useDebouncedValue(rule, COUNT_AFTER_MS)
  const preview = usePreview(whole && counted === rule ? rule : null, includesStaff)
  const [last, setLast] = useState(preview.data)
  if (preview.data && preview.data !== last) setLast(preview.data)
  return {
    preview,
    shown: preview.data ?? last,
    counting: whole && (counted !== rule || preview.isFetching),
  }
}
