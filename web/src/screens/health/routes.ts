import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

export type BalancePeriod = '24h' | '7d'

const healthRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/health',
  validateSearch: (search: Record<string, unknown>): { period?: BalancePeriod } =>
    search.period === '7d' ? { period: '7d' } : {},
  component: lazyRouteComponent(() => import('./HealthScreen.tsx'), 'HealthScreen'),
})

export const healthRoutes = [healthRoute] as const
