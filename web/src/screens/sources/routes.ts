import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sources',
  validateSearch: (raw: Record<string, unknown>): { new?: boolean } =>
    raw.new === true || raw.new === 'true' ? { new: true } : {},
  component: lazyRouteComponent(() => import('./SourcesScreen.tsx'), 'SourcesScreen'),
})

const detailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sources/$source',
  validateSearch: (raw: Record<string, unknown>): { sdk?: string } =>
    typeof raw.sdk === 'string' ? { sdk: raw.sdk } : {},
  component: lazyRouteComponent(() => import('./SourceScreen.tsx'), 'SourceScreen'),
})

/** Other things are made at `/…/new`, so people type this one too. */
const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sources/new',
  beforeLoad: () => {
    throw redirect({ to: '/sources', search: { new: true } })
  },
})

export const sourcesRoutes = [listRoute, newRoute, detailRoute] as const
