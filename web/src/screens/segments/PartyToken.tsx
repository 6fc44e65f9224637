import { useLanguage, useT } from '../../i18n/i18n.ts'
import { PickToken } from './PickToken.tsx'
import { PARTY_CHOICES } from './party.ts'
import { PARTIES, type Party } from './rule.ts'
import { partyWords } from './words.ts'

type PartyTokenProps = {
  party: readonly Party[]
  /** null: what comes from anywhere counts. */
  onChange: (next: Party[] | null) => void
}

const ANY = 'any'
const keyOf = (party: readonly Party[]) => PARTIES.filter((one) => party.includes(one)).join(' ')

/** Whose data it is: of one party, of two, or (the token goes) of any. */
export function PartyToken({ party, onChange }: PartyTokenProps) {
  const t = useT()
  const language = useLanguage()
  const options = PARTY_CHOICES.map((each) => ({
    value: keyOf(each),
    label: partyWords(each, language),
    note: each.map((one) => t(`segments.party.${one}`)).join(', '),
  }))
  return (
    <PickToken
      label={t('segments.party')}
      value={keyOf(party)}
      options={[...options, { value: ANY, label: t('segments.party.any') }]}
      onChange={(key) => onChange(PARTY_CHOICES.find((each) => keyOf(each) === key) ?? null)}
    >
      {partyWords(party, language)}
    </PickToken>
  )
}
