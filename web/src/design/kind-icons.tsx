import {
  type Icon,
  IconAddressBook,
  IconBuildingStore,
  IconCash,
  IconDatabase,
  IconDeviceMobile,
  IconFileImport,
  IconHeadset,
  IconMail,
  IconPlugConnected,
  IconServer,
  IconWebhook,
  IconWorld,
} from '@tabler/icons-react'

const icons: Record<string, Icon> = {
  web: IconWorld,
  server: IconServer,
  mobile: IconDeviceMobile,
  pos: IconCash,
  crm: IconAddressBook,
  newsletter: IconMail,
  support: IconHeadset,
  import: IconFileImport,
  shop: IconBuildingStore,
  erp: IconDatabase,
  webhook: IconWebhook,
}

/** The icon of a kind of source or destination. */
export function KindIcon({ kind, size = 17 }: { kind: string; size?: number }) {
  const Found = icons[kind] ?? IconPlugConnected
  return <Found size={size} stroke={1.7} aria-hidden />
}
