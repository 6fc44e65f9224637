import { Button, Group, Modal, TextInput, UnstyledButton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { KindIcon } from '../../design/kind-icons.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type SourceKind, type SourceParty, sourceKinds, useCreateSource } from './api.ts'
import { PartySelect } from './PartyCard.tsx'
import css from './Sources.module.css'

/** A short decision: what sends, its name, whose data it is. Then the page with what to paste. */
export function NewSource({ onClose }: { onClose: () => void }) {
  const t = useT()
  const navigate = useNavigate()
  const create = useCreateSource()
  const [kind, setKind] = useState<SourceKind>('web')
  const [name, setName] = useState('')
  const [party, setParty] = useState<SourceParty>('first')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(
      { name: name.trim() || t(`sources.kind.${kind}`), kind, party },
      {
        onSuccess: (source) =>
          navigate({ to: '/sources/$source', params: { source: source.id }, replace: true }),
      },
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={<strong>{t('sources.create')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <form onSubmit={submit} className={css.form}>
        <div className={css.kinds} role="radiogroup" aria-label={t('sources.whatSends')}>
          {sourceKinds.map((one) => (
            <UnstyledButton
              key={one}
              role="radio"
              aria-checked={kind === one}
              className={`${css.kindChoice} ${kind === one ? css.chosen : ''}`}
              onClick={() => setKind(one)}
            >
              <KindIcon kind={one} size={18} />
              {t(`sources.kind.${one}`)}
            </UnstyledButton>
          ))}
        </div>
        <TextInput
          label={t('sources.name')}
          placeholder={t(`sources.kind.${kind}`)}
          value={name}
          maxLength={120}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PartySelect value={party} onChange={setParty} />
        {create.isError && <ErrorState error={create.error} />}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('sources.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('sources.createAndShow')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
