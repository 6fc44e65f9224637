import { Button, Checkbox, Group, Modal, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { DAY_MS } from '../../i18n/durations.ts'
import { useT } from '../../i18n/i18n.ts'
import { useCreateKey } from './api.ts'
import css from './Settings.module.css'
import { ShownOnce } from './ShownOnce.tsx'

/** The scopes a key can be given; each opens nothing more than its words say. */
const scopes = [
  'profiles:read',
  'profiles:reveal',
  'events:read',
  'segments:read',
  'segments:write',
  'sources:read',
  'sources:write',
  'destinations:read',
  'destinations:write',
  'deliveries:read',
  'deliveries:write',
  'consents:read',
  'consents:write',
  'identity:read',
  'identity:write',
  'traits:read',
  'insights:read',
  'labels:read',
  'labels:write',
] as const
const lifetimes = ['30', '90', '365', 'never'] as const

/** Creates a key: its name, what it may do, until when; then shows it once. */
export function NewKey({ onClose }: { onClose: () => void }) {
  const t = useT()
  const create = useCreateKey()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>(['profiles:read', 'segments:read'])
  const [lifetime, setLifetime] = useState<string>('90')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const days = Number(lifetime)
    const expiry = Number.isNaN(days)
      ? {}
      : { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }
    create.mutate({ name, scopes: chosen, ...expiry })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={<strong>{t('settings.createKey')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      {create.data ? (
        <ShownOnce why={t('settings.keyWhy', { name })} value={create.data.key} onDone={onClose} />
      ) : (
        <form onSubmit={submit} className={css.form}>
          <TextInput
            label={t('sources.name')}
            description={t('settings.keyNameWhy')}
            required
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label={t('settings.scopes')} value={chosen} onChange={setChosen}>
            <div className={css.scopes}>
              {scopes.map((scope) => (
                <Checkbox key={scope} value={scope} label={<code>{scope}</code>} />
              ))}
            </div>
          </Checkbox.Group>
          <Select
            label={t('settings.expires')}
            value={lifetime}
            onChange={(value) => setLifetime(value ?? '90')}
            data={lifetimes.map((value) => ({ value, label: t(`settings.lifetime.${value}`) }))}
          />
          {create.isError && <ErrorState error={create.error} />}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('sources.cancel')}
            </Button>
            <Button type="submit" disabled={chosen.length === 0} loading={create.isPending}>
              {t('settings.createKeyDo')}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  )
}
