import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useSession, useSetPassword, useUpdateMe } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useToast } from '../../design/Toast.tsx'
import { activateLanguage, type Language, useLanguage, useT } from '../../i18n/i18n.ts'
import css from './Settings.module.css'

/** What people change about themselves. */
export function AccountTab() {
  return (
    <div className={css.stack}>
      <Identity />
      <Password />
    </div>
  )
}

function Identity() {
  const t = useT()
  const toast = useToast()
  const language = useLanguage()
  const user = useSession().data?.user
  const update = useUpdateMe()
  const [name, setName] = useState(user?.name ?? '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.mutate({ name }, { onSuccess: () => toast({ message: t('settings.saved') }) })
  }
  return (
    <Card title={t('settings.tab.account')} note={user?.email} className={css.narrow}>
      <form onSubmit={submit} className={css.form}>
        <TextInput
          label={t('settings.yourName')}
          value={name}
          required
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div>
          <p className={css.label}>{t('settings.language')}</p>
          <SegmentedControl
            aria-label={t('settings.language')}
            value={language}
            onChange={(value) => {
              activateLanguage(value as Language)
              update.mutate({ language: value as Language })
            }}
            data={[
              { value: 'fr', label: 'Français' },
              { value: 'en', label: 'English' },
            ]}
          />
        </div>
        {update.isError && <ErrorState error={update.error} />}
        <Button type="submit" className={css.submit} disabled={name === user?.name}>
          {t('settings.save')}
        </Button>
      </form>
    </Card>
  )
}

function Password() {
  const t = useT()
  const toast = useToast()
  const hasPassword = useSession().data?.user.hasPassword ?? false
  const save = useSetPassword()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const input = hasPassword ? { current, password } : { password }
    save.mutate(input, {
      onSuccess: () => {
        setCurrent('')
        setPassword('')
        toast({ message: t('settings.passwordSaved') })
      },
    })
  }
  const toggle = { 'aria-label': t('signIn.show') }
  return (
    <Card title={t('signIn.password')} className={css.narrow}>
      <form onSubmit={submit} className={css.form}>
        {hasPassword && (
          <PasswordInput
            label={t('settings.currentPassword')}
            autoComplete="current-password"
            required
            value={current}
            visibilityToggleButtonProps={toggle}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={t('signIn.newPassword')}
          description={t('signIn.rule', { count: 12 })}
          autoComplete="new-password"
          required
          minLength={12}
          value={password}
          visibilityToggleButtonProps={toggle}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {save.isError && <ErrorState error={save.error} />}
        <Button type="submit" className={css.submit} disabled={password.length < 12}>
          {t('settings.changePassword')}
        </Button>
      </form>
    </Card>
  )
}
