import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

export type HomePeriod = '1h' | '24h' | '7d'

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { period?: HomePeriod } =>
    search.period === '1h' || search.period === '7d' ? { period: search.period } : {},
  component: lazyRouteComponent(() => import('./HomeScreen.tsx'), 'HomeScreen'),
})

export const homeRoutes = [homeRoute] as const
