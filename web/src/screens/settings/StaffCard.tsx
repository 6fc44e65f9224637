import { Button, Select, TagsInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { useLists } from '../segments/lists/api.ts'
import { type Staff, useKeepStaff, useStaff } from '../segments/staff/api.ts'
import { useTraitKeys } from './api.ts'
import css from './Settings.module.css'

/** Who counts as staff or a test: segments leave them out unless they say otherwise. */
export function StaffCard() {
  const t = useT()
  const format = useFormats()
  const staff = useStaff()
  return (
    <Card
      title={<span id="staff">{t('settings.staff')}</span>}
      className={css.narrow}
      note={staff.data && t('settings.staff.count', { n: format.number(staff.data.count) })}
    >
      <p className="meta">{t('settings.staff.why')}</p>
      {staff.isError && <ErrorState error={staff.error} onRetry={() => staff.refetch()} />}
      {staff.data && <StaffForm known={staff.data} />}
    </Card>
  )
}

function StaffForm({ known }: { known: Staff }) {
  const t = useT()
  const language = useLanguage()
  const toast = useToast()
  const canWrite = usePermission('workspace:write')
  const traits = useTraitKeys()
  const lists = useLists()
  const keep = useKeepStaff()
  const [staff, setStaff] = useState<Staff>(known)
  const send = (event: FormEvent) => {
    event.preventDefault()
    const undo = () => keep.mutate(known, { onSuccess: setStaff })
    keep.mutate(staff, {
      onSuccess: (kept) => {
        setStaff(kept)
        toast({ message: t('settings.saved'), undo })
      },
    })
  }
  return (
    <form onSubmit={send} className={css.form}>
      <TagsInput
        label={t('settings.staff.domains')}
        placeholder="example.fr"
        disabled={!canWrite}
        value={staff.domains}
        onChange={(domains) => setStaff({ ...staff, domains })}
      />
      <TagsInput
        label={t('settings.staff.emails')}
        placeholder="+test@"
        disabled={!canWrite}
        value={staff.emails}
        onChange={(emails) => setStaff({ ...staff, emails })}
      />
      <Select
        label={t('settings.staff.trait')}
        placeholder={t('settings.staff.none')}
        clearable
        searchable
        disabled={!canWrite}
        value={staff.trait}
        data={[...new Set([...(traits.data ?? []), ...(staff.trait ? [staff.trait] : [])])]}
        onChange={(trait) => setStaff({ ...staff, trait })}
      />
      <Select
        label={t('settings.staff.list')}
        placeholder={t('settings.staff.none')}
        clearable
        searchable
        disabled={!canWrite}
        value={staff.list}
        data={(lists.data ?? []).map(({ id, name }) => {
          return { value: id, label: localText(name, language) }
        })}
        onChange={(list) => setStaff({ ...staff, list })}
      />
      {keep.isError && <ErrorState error={keep.error} />}
      {canWrite && (
        <Button type="submit" className={css.submit} loading={keep.isPending}>
          {t('settings.save')}
        </Button>
      )}
    </form>
  )
}
