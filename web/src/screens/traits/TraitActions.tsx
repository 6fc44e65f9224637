import { Button, Group, Modal, TextInput } from '@mantine/core'
import { IconArchive, IconPencil } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { usePermission } from '../../api/session.ts'
import { useToast } from '../../design/Toast.tsx'
import { localText, useLanguage, useT } from '../../i18n/i18n.ts'
import { type ComputedTrait, useComputedChanges } from './api.ts'
import css from './traits.module.css'

/** Another name, and away with it; undo brings an archived one back. */
export function TraitActions({ trait }: { trait: ComputedTrait }) {
  const t = useT()
  const language = useLanguage()
  const toast = useToast()
  const navigate = useNavigate()
  const { archive, restore } = useComputedChanges()
  const [isNaming, setNaming] = useState(false)
  if (!usePermission('traits:write')) return null
  const putAway = () =>
    archive.mutate(trait.id, {
      onSuccess: () => {
        const undo = () => restore.mutate(trait.id, { onError: toast })
        toast({ message: t('traits.archived', { name: localText(trait.name, language) }), undo })
        navigate({ to: '/traits' })
      },
      onError: toast,
    })
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconArchive size={16} />}
        loading={archive.isPending}
        onClick={putAway}
      >
        {t('segments.archive')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconPencil size={16} />}
        onClick={() => setNaming(true)}
      >
        {t('traits.rename')}
      </Button>
      {isNaming && <NameDialog trait={trait} onClose={() => setNaming(false)} />}
    </>
  )
}

function NameDialog({ trait, onClose }: { trait: ComputedTrait; onClose: () => void }) {
  const t = useT()
  const language = useLanguage()
  const toast = useToast()
  const { rename } = useComputedChanges()
  const [text, setText] = useState(localText(trait.name, language))
  const send = (event: FormEvent) => {
    event.preventDefault()
    const name = { ...trait.name, [language]: text.trim() }
    rename.mutate(
      { id: trait.id, name },
      {
        onSuccess: onClose,
        onError: toast,
      },
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{t('traits.rename')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <form onSubmit={send} className={css.fields}>
        <TextInput
          label={t('traits.name')}
          data-autofocus
          required
          maxLength={120}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('segments.place.cancel')}
          </Button>
          <Button type="submit" loading={rename.isPending} disabled={!text.trim()}>
            {t('traits.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
