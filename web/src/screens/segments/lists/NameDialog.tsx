import { Button, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useT } from '../../../i18n/i18n.ts'
import css from './lists.module.css'

type NameDialogProps = {
  title: string
  name: string
  onClose: () => void
  onName: (name: string) => void
}

export function NameDialog({ title, name, onClose, onName }: NameDialogProps) {
  const t = useT()
  const [text, setText] = useState(name)
  const send = (event: FormEvent) => {
    event.preventDefault()
    onName(text.trim())
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{title}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <form onSubmit={send} className={css.form}>
        <TextInput
          label={t('lists.name')}
          value={text}
          maxLength={120}
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={css.end}>
          <Button variant="default" onClick={onClose}>
            {t('segments.place.cancel')}
          </Button>
          <Button type="submit" disabled={!text.trim()}>
            {title}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
