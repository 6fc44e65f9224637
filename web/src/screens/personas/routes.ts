import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/personas',
  validateSearch: (raw: Record<string, unknown>): { segment?: string } => ({
    // Opens the form for a persona of this segment.
    segment: typeof raw.segment === 'string' ? raw.segment : undefined,
  }),
  component: lazyRouteComponent(() => import('./PersonasScreen.tsx'), 'PersonasScreen'),
})

const detailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/personas/$id',
  component: lazyRouteComponent(() => import('./PersonaScreen.tsx'), 'PersonaScreen'),
})

export const personasRoutes = [listRoute, detailRoute] as const
