import { Switch } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../../i18n/format.ts'
import { useT } from '../../../i18n/i18n.ts'
import { useStaff } from './api.ts'
import css from './staff.module.css'

type StaffNoteProps = {
  includesStaff: boolean
  /** null: it cannot be changed here. */
  onChange: ((includesStaff: boolean) => void) | null
}

/** Whether staff and test profiles are left out, how many they are, and who says so. */
export function StaffNote({ includesStaff, onChange }: StaffNoteProps) {
  const t = useT()
  const format = useFormats()
  const staff = useStaff()
  const n = format.number(staff.data?.count ?? 0)
  return (
    <div className={css.note}>
      <p className="meta">
        {staff.data && t(includesStaff ? 'segments.staff.in' : 'segments.staff.out', { n })}{' '}
        <Link to="/settings" search={{ tab: 'workspace' }} hash="staff">
          {t('segments.staff.who')}
        </Link>
      </p>
      {onChange && (
        <Switch
          size="xs"
          label={t('segments.staff.include')}
          checked={includesStaff}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )}
    </div>
  )
}
