import { Button, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/i18n.ts'
import css from './destinations.module.css'

type DeleteByNameProps = { name: string; loading: boolean; onDelete: () => void }

/** What cannot be taken back asks for its name. */
export function DeleteByName({ name, loading, onDelete }: DeleteByNameProps) {
  const t = useT()
  const [typed, setTyped] = useState('')
  return (
    <div className={css.remove}>
      <TextInput
        label={t('destinations.remove.type', { name })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button
        variant="outline"
        color="red"
        size="xs"
        leftSection={<IconTrash size={15} />}
        disabled={typed.trim() !== name}
        loading={loading}
        onClick={onDelete}
      >
        {t('destinations.remove.button')}
      </Button>
    </div>
  )
}
