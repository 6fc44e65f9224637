import { DeliveryTable } from '../deliveries/DeliveryTable.tsx'
import type { Person } from './types.ts'

/** What was sent about this person, and what was not. */
export function PersonDeliveries({ person }: { person: Person }) {
  return <DeliveryTable search={{ profile: person.id }} hide={['profile']} />
}
