import { Alert, Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/client.ts'
import { type Session, useSession, useSignIn } from '../../api/session.ts'
import { activateLanguage, type Language, useLanguage, useT } from '../../i18n/i18n.ts'
import { Logo } from '../../shell/Logo.tsx'
import { ChoosePassword } from './ChoosePassword.tsx'
import css from './SignIn.module.css'

/** Sign-in: by the one-time link of the address, or by e-mail and password. */
export function SignInScreen() {
  const t = useT()
  const language = useLanguage()
  const { token, from } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const session = useSession()
  const signIn = useSignIn()
  const [choosing, setChoosing] = useState(false)
  const used = useRef(false)
  const enter = (to?: string) => navigate({ href: to ?? from ?? '/', replace: true })
  const mutate = signIn.mutate
  useEffect(() => {
    // A link works once: React's double effect must not spend it twice.
    if (!token || used.current) return
    used.current = true
    mutate({ token }, { onSuccess: (found: Session | null) => found && arrive(found) })
    function arrive(found: Session) {
      if (found.user.hasPassword) navigate({ href: '/', replace: true })
      else setChoosing(true)
    }
  }, [token, mutate, navigate])
  const already = session.data && !token && !choosing
  useEffect(() => {
    if (already) navigate({ href: from ?? '/', replace: true })
  }, [already, from, navigate])

  return (
    <main className={css.page}>
      <div className={css.box}>
        <div className={css.brand}>
          <Logo size={32} />
          <span>Clientele</span>
          <SegmentedControl
            className={css.language}
            aria-label={t('signIn.language')}
            value={language}
            onChange={(value) => activateLanguage(value as Language)}
            data={[
              { value: 'fr', label: 'FR' },
              { value: 'en', label: 'EN' },
            ]}
          />
        </div>
        {choosing ? (
          <ChoosePassword onDone={() => enter('/')} />
        ) : token && !signIn.isError ? (
          <p role="status">{t('signIn.checking')}</p>
        ) : (
          <EmailForm signIn={signIn} spentLink={Boolean(token)} onDone={() => enter()} />
        )}
      </div>
    </main>
  )
}

type EmailFormProps = {
  signIn: ReturnType<typeof useSignIn>
  spentLink: boolean
  onDone: () => void
}

function EmailForm({ signIn, spentLink, onDone }: EmailFormProps) {
  const t = useT()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({ email, password }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} className={css.form}>
      <h1 className={css.title}>{t('signIn.title')}</h1>
      <p className="ink-2">{t('signIn.lead')}</p>
      {signIn.isError && (
        <Alert color="red" variant="light" role="alert">
          {reason(t, signIn.error, spentLink && email === '')}
        </Alert>
      )}
      <TextInput
        type="email"
        label={t('signIn.email')}
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('signIn.password')}
        autoComplete="current-password"
        required
        value={password}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" loading={signIn.isPending} fullWidth>
        {t('signIn.enter')}
      </Button>
      <p className="meta">{t('signIn.help')}</p>
    </form>
  )
}

function reason(t: ReturnType<typeof useT>, error: unknown, linkSpent: boolean): string {
  if (linkSpent) return t('signIn.linkSpent')
  const status = error instanceof ApiError ? error.status : 0
  if (status === 401) return t('signIn.wrong')
  if (status === 429) return t('signIn.tooMany')
  return t('signIn.offline')
}
