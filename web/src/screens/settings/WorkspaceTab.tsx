import { Button, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { usePermission, useSession } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useUpdateWorkspace } from './api.ts'
import css from './Settings.module.css'
import { StaffCard } from './StaffCard.tsx'

const timeZones = Intl.supportedValuesOf('timeZone')

/** The name and the time zone of the workspace, and who of its people is staff. */
export function WorkspaceTab() {
  return (
    <div className={css.stack}>
      <NameCard />
      {usePermission('segments:read') && <StaffCard />}
    </div>
  )
}

function NameCard() {
  const t = useT()
  const toast = useToast()
  const session = useSession()
  const canWrite = usePermission('workspace:write')
  const update = useUpdateWorkspace()
  const known = session.data?.workspace
  const [name, setName] = useState(known?.name ?? '')
  const [timeZone, setTimeZone] = useState(known?.timeZone ?? 'Europe/Paris')
  const changed = name !== known?.name || timeZone !== known?.timeZone
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const before = known
    update.mutate(
      { name, timeZone },
      {
        onSuccess: () =>
          toast({
            message: t('settings.saved'),
            ...(before
              ? {
                  undo: () => {
                    setName(before.name)
                    setTimeZone(before.timeZone)
                    update.mutate({ name: before.name, timeZone: before.timeZone })
                  },
                }
              : {}),
          }),
      },
    )
  }
  return (
    <Card title={t('settings.tab.workspace')} className={css.narrow}>
      <form onSubmit={submit} className={css.form}>
        <TextInput
          label={t('settings.workspaceName')}
          value={name}
          required
          maxLength={200}
          disabled={!canWrite}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('settings.timeZone')}
          description={t('settings.timeZoneWhy')}
          searchable
          disabled={!canWrite}
          value={timeZone}
          data={timeZones.includes(timeZone) ? timeZones : [timeZone, ...timeZones]}
          onChange={(value) => value && setTimeZone(value)}
        />
        {update.isError && <ErrorState error={update.error} />}
        {canWrite && (
          <Button
            type="submit"
            className={css.submit}
            disabled={!changed}
            loading={update.isPending}
          >
            {t('settings.save')}
          </Button>
        )}
      </form>
    </Card>
  )
}
