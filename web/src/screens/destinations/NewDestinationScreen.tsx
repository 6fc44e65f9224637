import { Button } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useSaveDestination } from './api.ts'
import { DestinationFields } from './DestinationFields.tsx'
import css from './destinations.module.css'
import { emptyForm, inputOf, problemsOf } from './form.ts'

/** A webhook, in three questions: where, under which consent, and what starts it. */
export function NewDestinationScreen() {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const segment = useSearch({
    from: '/shell/destinations/new',
    select: (search) => search.segment,
  })
  const [form, setForm] = useState(() => emptyForm(segment))
  const [tried, setTried] = useState(false)
  const save = useSaveDestination(null)
  const problems = problemsOf(form)
  const create = () => {
    setTried(true)
    if (problems.length > 0) return
    save.mutate(inputOf(form), {
      onSuccess: (made) => {
        toast({ message: t('destinations.created') })
        navigate({ to: '/destinations/$id', params: { id: made.id }, search: { tab: 'test' } })
      },
    })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create()
      }}
    >
      <PageHeader
        crumbs={[
          <Link key="list" to="/destinations">
            {t('destinations.title')}
          </Link>,
        ]}
        title={t('destinations.new')}
        lead={t('destinations.new.lead')}
        actions={
          <Button type="submit" leftSection={<IconCheck size={16} />} loading={save.isPending}>
            {t('destinations.create')}
          </Button>
        }
      />
      {save.isError && <ErrorState error={save.error} />}
      <Card className={css.form}>
        <DestinationFields
          form={form}
          onChange={(patch) => setForm((before) => ({ ...before, ...patch }))}
          problems={tried ? problems : []}
        />
      </Card>
    </form>
  )
}
