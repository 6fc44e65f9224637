import { useT } from '../../../i18n/i18n.ts'

/** Is a staff or test profile: there is nothing to choose. */
export function StaffLine() {
  const t = useT()
  return <span>{t('segments.staff.line')}</span>
}
