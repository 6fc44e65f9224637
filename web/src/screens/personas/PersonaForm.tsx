import { Button, Group, Modal, Radio, Select, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ErrorState } from '../../design/ErrorState.tsx'
import { useT } from '../../i18n/i18n.ts'
import { useSegmentNames } from '../segments/names.ts'
import { type Persona, type PersonaWords, usePersonaChanges } from './api.ts'
import { Face } from './Face.tsx'
import css from './personas.module.css'

const COLORS = [1, 2, 3, 4, 5, 6]
const INITIALS_MAX = 3

type PersonaFormProps = {
  /** The persona to change; null for a new one. */
  persona: Persona | null
  /** The segment that a new one begins with. */
  segment?: string | undefined
  onDone: (persona: Persona) => void
  onClose: () => void
}

/** The words and the portrait of a persona. */
export function PersonaForm({ persona, segment, onDone, onClose }: PersonaFormProps) {
  const t = useT()
  const names = useSegmentNames()
  const { create, change } = usePersonaChanges()
  const [chosen, setChosen] = useState(persona?.segment.id ?? segment ?? null)
  const [words, setWords] = useState<PersonaWords>({
    name: persona?.name ?? '',
    description: persona?.description ?? '',
    quote: persona?.quote ?? '',
    color: persona?.color ?? 1,
    initials: persona?.initials ?? '',
  })
  const set = (patch: Partial<PersonaWords>) => setWords((held) => ({ ...held, ...patch }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) return
    const input = { ...words, segment: chosen }
    if (persona) change.mutate({ id: persona.id, ...input }, { onSuccess: onDone })
    else create.mutate(input, { onSuccess: onDone })
  }
  const failed = create.error ?? change.error
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={<strong>{t(persona ? 'personas.edit' : 'personas.create')}</strong>}
      closeButtonProps={{ 'aria-label': t('design.close') }}
    >
      <form onSubmit={submit} className={css.form}>
        {failed && <ErrorState error={failed} />}
        <Select
          label={t('personas.segment')}
          required
          searchable
          value={chosen}
          data={[...names].map(([value, label]) => ({ value, label }))}
          onChange={setChosen}
        />
        <TextInput
          label={t('personas.name')}
          description={t('personas.name.help')}
          required
          data-autofocus
          maxLength={80}
          value={words.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('personas.quote')}
          description={t('personas.quote.help')}
          maxLength={300}
          value={words.quote}
          onChange={(event) => set({ quote: event.currentTarget.value })}
        />
        <Textarea
          label={t('personas.description')}
          autosize
          minRows={3}
          maxLength={2_000}
          value={words.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <PortraitFields words={words} onChange={set} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('personas.cancel')}
          </Button>
          <Button
            type="submit"
            disabled={!chosen || !words.name.trim()}
            loading={create.isPending || change.isPending}
          >
            {t(persona ? 'personas.save' : 'personas.create')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}

type PortraitFieldsProps = {
  words: PersonaWords
  onChange: (patch: Partial<PersonaWords>) => void
}

/** The initials and the colour of the portrait, beside how it looks. */
function PortraitFields({ words, onChange }: PortraitFieldsProps) {
  const t = useT()
  return (
    <div className={css.portrait}>
      <Face persona={words} size={56} />
      <TextInput
        label={t('personas.initials')}
        maxLength={INITIALS_MAX}
        w={96}
        value={words.initials}
        onChange={(event) => onChange({ initials: event.currentTarget.value })}
      />
      <Radio.Group
        label={t('personas.color')}
        value={String(words.color)}
        onChange={(color) => onChange({ color: Number(color) })}
      >
        <Group gap={10} mt={6}>
          {COLORS.map((color) => (
            <Radio
              key={color}
              value={String(color)}
              aria-label={t('personas.color.n', { n: color })}
              color={`var(--c${color})`}
              styles={{
                radio: { backgroundColor: `var(--c${color})`, borderColor: `var(--c${color})` },
              }}
            />
          ))}
        </Group>
      </Radio.Group>
    </div>
  )
}
