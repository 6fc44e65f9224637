import { useT } from '../../i18n/i18n.ts'
import { pathKey, useEditor } from './editor.ts'
import type { Path } from './rule.ts'

/** What is wrong with the line at `path`, in words: seen here, or said by the server. */
export function useFault(path: Path): string | null {
  const t = useT()
  const { issues, refusal } = useEditor()
  const key = pathKey(path)
  const issue = issues.find((each) => pathKey(each.path) === key)
  if (issue) return t(`segments.missing.${issue.missing}`)
  if (!refusal || pathKey(refusal.path) !== key) return null
  return t('segments.refused', { words: refusal.words })
}
