import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../../api/client.ts'
import { useSession, useSetPassword } from '../../api/session.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './SignIn.module.css'

const shortest = 12

/** After a one-time link: a password, so that the next sign-in needs no link. */
export function ChoosePassword({ onDone }: { onDone: () => void }) {
  const t = useT()
  const [password, setPassword] = useState('')
  const session = useSession()
  // The first administrator comes by a link and has no address yet: only a placeholder.
  const needsEmail = session.data?.user.email.endsWith('@localhost') ?? false
  const [email, setEmail] = useState('')
  const save = useSetPassword()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const input = needsEmail ? { password, email } : { password }
    if (password.length >= shortest) save.mutate(input, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} className={css.form}>
      <h1 className={css.title}>{t('signIn.choose')}</h1>
      <p className="ink-2">{t('signIn.chooseWhy')}</p>
      {save.isError && (
        <Alert color="red" variant="light" role="alert">
          {save.error instanceof ApiError ? save.error.message : t('signIn.offline')}
        </Alert>
      )}
      {needsEmail && (
        <TextInput
          type="email"
          label={t('signIn.email')}
          description={t('signIn.emailWhy')}
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        label={t('signIn.newPassword')}
        description={t('signIn.rule', { count: shortest })}
        autoComplete="new-password"
        required
        minLength={shortest}
        value={password}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" loading={save.isPending} disabled={password.length < shortest}>
        {t('signIn.save')}
      </Button>
      <Button variant="subtle" onClick={onDone}>
        {t('signIn.later')}
      </Button>
    </form>
  )
}
