import { Select } from '@mantine/core'
import { Card } from '../../design/Card.tsx'
import { useToast } from '../../design/Toast.tsx'
import { useT } from '../../i18n/i18n.ts'
import { type Source, type SourceParty, sourceParties, useSourceActions } from './api.ts'

type PartySelectProps = { value: SourceParty; onChange: (next: SourceParty) => void }

/** First, second or third party, in words. */
export function PartySelect({ value, onChange }: PartySelectProps) {
  const t = useT()
  return (
    <Select
      label={t('sources.party.whose')}
      description={t('sources.party.why')}
      allowDeselect={false}
      value={value}
      data={sourceParties.map((each) => ({ value: each, label: t(`sources.party.${each}`) }))}
      onChange={(next) => onChange(sourceParties.find((each) => each === next) ?? 'first')}
    />
  )
}

/** Whose data the source brings. */
export function PartyCard({ source, canWrite }: { source: Source; canWrite: boolean }) {
  const t = useT()
  const toast = useToast()
  const { assign } = useSourceActions(source.id)
  const change = (party: SourceParty) =>
    assign.mutate(party, {
      onSuccess: () => toast({ message: t('sources.party.changed') }),
      onError: toast,
    })
  return (
    <Card title={t('sources.party')}>
      {canWrite ? (
        <PartySelect value={assign.isPending ? assign.variables : source.party} onChange={change} />
      ) : (
        t(`sources.party.${source.party}`)
      )}
    </Card>
  )
}
