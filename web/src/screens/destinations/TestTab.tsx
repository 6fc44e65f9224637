import { Button, TextInput } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { Card } from '../../design/Card.tsx'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useT } from '../../i18n/i18n.ts'
import { Exchange } from '../deliveries/Exchange.tsx'
import { type Destination, useTestDestination } from './api.ts'
import css from './destinations.module.css'

/** Sends one signed request now and shows what left and what came back. */
export function TestTab({ destination }: { destination: Destination }) {
  const t = useT()
  const [profile, setProfile] = useState('')
  const test = useTestDestination(destination.id)
  const may = usePermission('destinations:write')
  const result = test.data
  return (
    <Card title={t('destinations.test')} note={t('destinations.test.note')}>
      <form
        className={css.test}
        onSubmit={(event) => {
          event.preventDefault()
          test.mutate(profile.trim() || null)
        }}
      >
        <TextInput
          className={css.testField}
          label={t('destinations.test.profile')}
          description={t('destinations.test.profile.note')}
          placeholder="email:camille@exemple.fr"
          value={profile}
          onChange={(event) => setProfile(event.currentTarget.value)}
        />
        <Button
          type="submit"
          leftSection={<IconFlask size={16} />}
          loading={test.isPending}
          disabled={!may}
        >
          {t('destinations.test.send')}
        </Button>
      </form>
      {test.isError && <ErrorState error={test.error} />}
      {result ? (
        <Exchange
          exchange={{
            request: result.request,
            response: result.response,
            tookMs: result.response?.tookMs ?? null,
            error: result.error,
          }}
        />
      ) : (
        !test.isError && (
          <EmptyState
            icon={<IconFlask />}
            title={t('destinations.test.empty')}
            why={t('destinations.test.empty.why')}
          />
        )
      )}
    </Card>
  )
}
