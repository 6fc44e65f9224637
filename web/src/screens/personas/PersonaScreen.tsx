import { Button } from '@mantine/core'
import { IconPencil, IconPrinter, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { ErrorState } from '../../design/ErrorState.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { Skeleton, SkeletonRows } from '../../design/Skeleton.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { PageError } from '../../shell/PageError.tsx'
import { useSegment } from '../segments/api.ts'
import { usePortrait } from '../segments/page/api.ts'
import { type Persona, usePersona, usePersonaChanges } from './api.ts'
import { Face } from './Face.tsx'
import { PersonaForm } from './PersonaForm.tsx'
import { PersonaSheet } from './PersonaSheet.tsx'
import css from './personas.module.css'

const DAYS = 90

/** One persona: a page for the screen and for an A4 sheet. */
export function PersonaScreen() {
  const { id } = useParams({ from: '/shell/personas/$id' })
  const persona = usePersona(id)
  if (persona.isPending) return <SkeletonRows count={10} />
  if (persona.isError) return <PageError error={persona.error} onRetry={() => persona.refetch()} />
  return <Sheet persona={persona.data} />
}

function Sheet({ persona }: { persona: Persona }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const portrait = usePortrait(persona.segment.id, DAYS)
  const segment = useSegment(persona.segment.id)
  const name = localText(persona.segment.name, language)
  return (
    <article className={css.sheet}>
      <PageHeader
        crumbs={[
          <Link key="list" to="/personas">
            {t('personas.title')}
          </Link>,
        ]}
        title={
          <span className={css.title}>
            <Face persona={persona} size={64} />
            {persona.name}
          </span>
        }
        lead={persona.quote ? t('personas.quoted', { text: persona.quote }) : undefined}
        actions={<Actions persona={persona} />}
      />
      {persona.description && <p className={css.description}>{persona.description}</p>}
      {portrait.isPending && <Skeleton height={420} />}
      {portrait.isError && <ErrorState error={portrait.error} onRetry={() => portrait.refetch()} />}
      {portrait.data && (
        <PersonaSheet
          persona={persona}
          portrait={portrait.data}
          trend={segment.data?.trend.map(({ size }) => size) ?? []}
        />
      )}
      <footer className={css.foot}>
        {t('personas.source', { segment: name, days: DAYS, at: format.dateTime(Date.now()) })}
      </footer>
    </article>
  )
}

function Actions({ persona }: { persona: Persona }) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const { remove, create } = usePersonaChanges()
  const mayWrite = usePermission('segments:write')
  const [isEditing, setEditing] = useState(false)
  const takeAway = () =>
    remove.mutate(persona.id, {
      onSuccess: () => {
        const { name, description, quote, color, initials, facts, segment } = persona
        const words = { name, description, quote, color, initials, facts }
        const undo = () => create.mutate({ ...words, segment: segment.id }, { onError: toast })
        toast({ message: t('personas.deleted', { name }), undo })
        navigate({ to: '/personas' })
      },
      onError: toast,
    })
  return (
    <span className={css.actions}>
      {mayWrite && (
        <>
          <Button variant="default" leftSection={<IconTrash size={16} />} onClick={takeAway}>
            {t('personas.delete')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPencil size={16} />}
            onClick={() => setEditing(true)}
          >
            {t('personas.edit')}
          </Button>
        </>
      )}
      <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
        {t('personas.print')}
      </Button>
      {isEditing && (
        <PersonaForm
          persona={persona}
          onClose={() => setEditing(false)}
          onDone={() => setEditing(false)}
        />
      )}
    </span>
  )
}
