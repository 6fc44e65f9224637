import { Button } from '@mantine/core'
import { IconCheck, IconEye, IconEyeOff, IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { Copy } from '../../design/Code.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import {
  type Destination,
  useDeleteDestination,
  useRotateSecret,
  useSaveDestination,
} from './api.ts'
import { DeleteByName } from './DeleteByName.tsx'
import { DestinationFields } from './DestinationFields.tsx'
import css from './destinations.module.css'
import { formOf, inputOf, problemsOf } from './form.ts'

/** The address, the consent, the triggers; the secret that signs; the way out. */
export function SettingsTab({ destination }: { destination: Destination }) {
  const t = useT()
  const toast = useToast()
  const [form, setForm] = useState(() => formOf(destination))
  const save = useSaveDestination(destination.id)
  const may = usePermission('destinations:write')
  const problems = problemsOf(form)
  const send = () =>
    save.mutate(inputOf(form), {
      onSuccess: () => toast({ message: t('destinations.saved') }),
    })
  return (
    <div className={css.settings}>
      <Card
        title={t('destinations.tab.settings')}
        className={css.form}
        actions={
          may && (
            <Button
              size="xs"
              leftSection={<IconCheck size={15} />}
              disabled={problems.length > 0}
              loading={save.isPending}
              onClick={send}
            >
              {t('destinations.save')}
            </Button>
          )
        }
      >
        {save.isError && <ErrorState error={save.error} />}
        <DestinationFields
          form={form}
          onChange={(patch) => setForm((before) => ({ ...before, ...patch }))}
          problems={problems}
        />
      </Card>
      <div className={css.side}>
        {may && destination.secret && <Secret destination={destination} />}
        {may && <Remove destination={destination} />}
      </div>
    </div>
  )
}

function Secret({ destination }: { destination: Destination }) {
  const t = useT()
  const toast = useToast()
  const [shown, setShown] = useState(false)
  const rotate = useRotateSecret(destination.id)
  const secret = rotate.data?.secret ?? destination.secret ?? ''
  return (
    <Card title={t('destinations.secret')}>
      <p className={css.note}>{t('destinations.secret.note')}</p>
      <p className={css.secret}>
        <code>{shown ? secret : `${secret.slice(0, 6)}${'•'.repeat(18)}`}</code>
      </p>
      <div className={css.buttons}>
        <Button
          variant="default"
          size="xs"
          leftSection={shown ? <IconEyeOff size={15} /> : <IconEye size={15} />}
          onClick={() => setShown(!shown)}
        >
          {t(shown ? 'destinations.secret.hide' : 'destinations.secret.show')}
        </Button>
        <Copy value={secret} />
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={15} />}
          loading={rotate.isPending}
          onClick={() =>
            rotate.mutate(undefined, {
              onSuccess: () => toast({ message: t('destinations.secret.rotated') }),
              onError: toast,
            })
          }
        >
          {t('destinations.secret.rotate')}
        </Button>
      </div>
    </Card>
  )
}

function Remove({ destination }: { destination: Destination }) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const remove = useDeleteDestination(destination.id)
  return (
    <Card title={t('destinations.remove')}>
      <p className={css.note}>{t('destinations.remove.note')}</p>
      <DeleteByName
        name={destination.name}
        loading={remove.isPending}
        onDelete={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              toast({ message: t('destinations.removed') })
              navigate({ to: '/destinations' })
            },
            onError: toast,
          })
        }
      />
    </Card>
  )
}
