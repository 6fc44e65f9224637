import {
  type Icon,
  IconAddressBook,
  IconCreditCard,
  IconDeviceLaptop,
  IconHome,
  IconId,
  IconMail,
  IconPhone,
} from '@tabler/icons-react'

const BY_NAMESPACE: [RegExp, Icon][] = [
  [/mail/i, IconMail],
  [/phone|mobile/i, IconPhone],
  [/card|loyal/i, IconCreditCard],
  [/crm|contact/i, IconAddressBook],
  [/household/i, IconHome],
]

/** The picture of a kind of identifier. */
export function NamespaceIcon({ namespace, scope }: { namespace: string; scope: string }) {
  const known = BY_NAMESPACE.find(([words]) => words.test(namespace))?.[1]
  const Picture = scope === 'device' ? IconDeviceLaptop : (known ?? IconId)
  return <Picture size={15} stroke={1.7} aria-hidden />
}
