import { Button } from '@mantine/core'
import { IconMasksTheater, IconPlus } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { EmptyState } from '../../design/EmptyState.tsx'
import { ErrorState } from '../../design/ErrorState.tsx'
import { PageHeader } from '../../design/PageHeader.tsx'
import { SkeletonRows } from '../../design/Skeleton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type Persona, usePersonas } from './api.ts'
import { Face } from './Face.tsx'
import { PersonaForm } from './PersonaForm.tsx'
import css from './personas.module.css'

/** Segments with a face: who they are, in a page that can be printed and shown around. */
export function PersonasScreen() {
  const t = useT()
  const navigate = useNavigate()
  const { segment } = useSearch({ from: '/shell/personas' })
  const personas = usePersonas()
  const mayWrite = usePermission('segments:write')
  const [isMaking, setMaking] = useState(false)
  const close = () => {
    setMaking(false)
    if (segment) navigate({ to: '/personas', replace: true })
  }
  const create = mayWrite ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('personas.create')}
    </Button>
  ) : null
  return (
    <>
      <PageHeader title={t('personas.title')} lead={t('personas.lead')} actions={create} />
      {personas.isPending && <SkeletonRows count={6} />}
      {personas.isError && <ErrorState error={personas.error} onRetry={() => personas.refetch()} />}
      {personas.data?.length === 0 && (
        <EmptyState
          icon={<IconMasksTheater />}
          title={t('personas.empty')}
          why={t('personas.empty.why')}
          actions={create}
        />
      )}
      {personas.data && personas.data.length > 0 && (
        <ul className={css.grid}>
          {personas.data.map((persona) => (
            <PersonaCard key={persona.id} persona={persona} />
          ))}
        </ul>
      )}
      {(isMaking || segment) && mayWrite && (
        <PersonaForm
          persona={null}
          segment={segment}
          onClose={close}
          onDone={({ id }) => navigate({ to: '/personas/$id', params: { id } })}
        />
      )}
    </>
  )
}

function PersonaCard({ persona }: { persona: Persona }) {
  const t = useT()
  const format = useFormats()
  const language = useLanguage()
  const { size, name } = persona.segment
  return (
    <li className={css.card}>
      <Face persona={persona} />
      <div className={css.cardText}>
        <h2>
          <Link to="/personas/$id" params={{ id: persona.id }} className={css.cardLink}>
            {persona.name}
          </Link>
        </h2>
        {persona.quote && (
          <p className={css.cardQuote}>{t('personas.quoted', { text: persona.quote })}</p>
        )}
        <p className="meta">
          {t('people.count', { count: size, n: format.number(size) })} · {localText(name, language)}
        </p>
      </div>
    </li>
  )
}
