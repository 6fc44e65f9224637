import { Button, Group, Modal, TextInput } from '@mantine/core'
import { IconArchive } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type Source, useSourceActions } from './api.ts'
import css from './Sources.module.css'

/** Archiving ends a key for good, so the name is typed instead of an undo. */
export function ArchiveSource({ source }: { source: Source }) {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const { archive } = useSourceActions(source.id)
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    archive.mutate(undefined, {
      onSuccess: () => {
        toast({ message: t('sources.archived', { name: source.name }) })
        navigate({ to: '/sources' })
      },
    })
  }
  return (
    <>
      <Button
        variant="outline"
        color="red"
        size="xs"
        mt={16}
        leftSection={<IconArchive size={14} />}
        onClick={() => setOpen(true)}
      >
        {t('sources.archive')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={<strong>{t('sources.archive')}</strong>}
        closeButtonProps={{ 'aria-label': t('design.close') }}
      >
        <form onSubmit={submit} className={css.form}>
          <p className="ink-2">{t('sources.archiveWhy')}</p>
          <TextInput
            label={t('sources.archiveType', { name: source.name })}
            value={typed}
            data-autofocus
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {archive.isError && <ErrorState error={archive.error} />}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={() => setOpen(false)}>
              {t('sources.cancel')}
            </Button>
            <Button
              type="submit"
              color="red"
              disabled={typed.trim() !== source.name}
              loading={archive.isPending}
            >
              {t('sources.archive')}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  )
}
