import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

export const eventTabs = ['flow', 'problems', 'volumes'] as const
export const messageStates = ['accepted', 'flagged', 'rejected', 'duplicate'] as const
export type MessageState = (typeof messageStates)[number]
export type EventsSearch = {
  tab?: (typeof eventTabs)[number]
  source?: string
  state?: MessageState
  q?: string
}

/** Filters live in the URL; what is not understood is dropped. */
export function parseEventsSearch(raw: Record<string, unknown>): EventsSearch {
  const tab = eventTabs.find((one) => one === raw.tab)
  const state = messageStates.find((one) => one === raw.state)
  return {
    ...(tab && tab !== 'flow' ? { tab } : {}),
    ...(typeof raw.source === 'string' ? { source: raw.source } : {}),
    ...(state ? { state } : {}),
    ...(typeof raw.q === 'string' || typeof raw.q === 'number' ? { q: String(raw.q) } : {}),
  }
}

const eventsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events',
  validateSearch: parseEventsSearch,
  component: lazyRouteComponent(() => import('./EventsScreen.tsx'), 'EventsScreen'),
})

export const eventsRoutes = [eventsRoute] as const
