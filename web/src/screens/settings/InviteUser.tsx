import { Button, Group, Modal, Radio, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useLanguage, useT } from '../../i18n/i18n.ts'
import { type Role, useInviteUser } from './api.ts'
import css from './Settings.module.css'
import { ShownOnce } from './ShownOnce.tsx'

/** Invites a person: name, address, role; then a one-time link to hand over. */
export function InviteUser({ onClose }: { onClose: () => void }) {
  const t = useT()
  const language = useLanguage()
  const invite = useInviteUser()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('reader')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate({ name, email, role, language })
  }
  const link = invite.data?.link
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{t('settings.invite')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      {link ? (
        <ShownOnce
          why={t('settings.linkWhy', { name })}
          value={new URL(link, window.location.origin).href}
          onDone={onClose}
        />
      ) : (
        <form onSubmit={submit} className={css.form}>
          <TextInput
            label={t('sources.name')}
            required
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            type="email"
            label={t('signIn.email')}
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Radio.Group
            label={t('settings.role')}
            value={role}
            onChange={(value) => setRole(value as Role)}
          >
            <div className={css.radios}>
              {(['reader', 'admin'] as const).map((value) => (
                <Radio
                  key={value}
                  value={value}
                  label={t(`settings.role.${value}`)}
                  description={t(`settings.roleWhy.${value}`)}
                />
              ))}
            </div>
          </Radio.Group>
          {invite.isError && <ErrorState error={invite.error} />}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('sources.cancel')}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {t('settings.createLink')}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  )
}
