import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'
import { DELIVERY_STATES, type DeliverySearch } from './api.ts'

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

export type DeliveriesSearch = DeliverySearch & { open?: string }

/** Keeps the filters that mean something; anything else in the address is ignored. */
export function readDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  return {
    destination: text(raw.destination),
    state: DELIVERY_STATES.find((each) => each === raw.state),
    profile: text(raw.profile),
    from: text(raw.from),
    to: text(raw.to),
    open: text(raw.open),
  }
}

const deliveriesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/deliveries',
  validateSearch: readDeliveriesSearch,
  component: lazyRouteComponent(() => import('./DeliveriesScreen.tsx'), 'DeliveriesScreen'),
})

export const deliveriesRoutes = [deliveriesRoute] as const
