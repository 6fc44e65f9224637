import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/destinations',
  component: lazyRouteComponent(() => import('./DestinationsScreen.tsx'), 'DestinationsScreen'),
})

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/destinations/new',
  validateSearch: (raw: Record<string, unknown>): { segment?: string } => ({
    segment: typeof raw.segment === 'string' ? raw.segment : undefined,
  }),
  component: lazyRouteComponent(() => import('./NewDestinationScreen.tsx'), 'NewDestinationScreen'),
})

const detailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/destinations/$id',
  validateSearch: (raw: Record<string, unknown>): { tab?: 'settings' | 'test' } => ({
    tab: raw.tab === 'settings' || raw.tab === 'test' ? raw.tab : undefined,
  }),
  component: lazyRouteComponent(() => import('./DestinationScreen.tsx'), 'DestinationScreen'),
})

export const destinationsRoutes = [listRoute, newRoute, detailRoute] as const
