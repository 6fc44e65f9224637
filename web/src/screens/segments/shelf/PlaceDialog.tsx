import { Autocomplete, Button, Modal, Select, TagsInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useT } from '../../../i18n/i18n.ts'
import { useUsers } from '../../settings/api.ts'
import type { SegmentRow } from '../api.ts'
import { type Place, useShelf } from './api.ts'
import css from './shelf.module.css'

type PlaceDialogProps = {
  segment: SegmentRow
  name: string
  onClose: () => void
  onPlace: (place: Place) => void
}

/** What is chosen from is a part of the dialog, not of the page behind it. */
const IN_DIALOG = { withinPortal: false }

/** Where a segment stands: folder, tags, owner. */
export function PlaceDialog({ segment, name, onClose, onPlace }: PlaceDialogProps) {
  const t = useT()
  const shelf = useShelf()
  const owners = useOwners(segment)
  const [place, setPlace] = useState<Place>({
    folder: segment.folder,
    tags: segment.tags,
    owner: segment.owner?.id ?? null,
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    onPlace({ ...place, folder: place.folder.trim() })
    onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={<strong>{t('segments.place.title', { name })}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <form onSubmit={send} className={css.form}>
        <Autocomplete
          label={t('segments.place.folder')}
          comboboxProps={IN_DIALOG}
          description={t('segments.place.folder.hint')}
          data={(shelf.data?.folders ?? []).map((each) => each.name)}
          value={place.folder}
          maxLength={200}
          onChange={(folder) => setPlace({ ...place, folder })}
          data-autofocus
        />
        <TagsInput
          label={t('segments.place.tags')}
          comboboxProps={IN_DIALOG}
          description={t('segments.place.tags.hint')}
          data={(shelf.data?.tags ?? []).map((each) => each.name)}
          value={place.tags}
          maxTags={20}
          onChange={(tags) => setPlace({ ...place, tags })}
        />
        <Select
          label={t('segments.place.owner')}
          comboboxProps={IN_DIALOG}
          data={owners}
          value={place.owner}
          allowDeselect
          clearable
          clearButtonProps={{ 'aria-label': t('design.clear') }}
          placeholder={t('segments.place.owner.none')}
          onChange={(owner) => setPlace({ ...place, owner })}
        />
        <div className={css.formEnd}>
          <Button variant="default" onClick={onClose}>
            {t('segments.place.cancel')}
          </Button>
          <Button type="submit">{t('segments.place.save')}</Button>
        </div>
      </form>
    </Modal>
  )
}

/** Everybody who can sign in; the owner of now stays in the list whatever became of them. */
function useOwners({ owner }: SegmentRow): { value: string; label: string }[] {
  const users = useUsers()
  const known = (users.data?.data ?? []).filter((each) => !each.disabled)
  const all = owner && !known.some((each) => each.id === owner.id) ? [owner, ...known] : known
  return all.map(({ id, name }) => ({ value: id, label: name }))
}
