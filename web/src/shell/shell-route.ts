import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent } from '@tanstack/react-router'

/** The parents every screen hangs from: `rootRoute` (signed out) and `shellRoute` (signed in). */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()()

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: lazyRouteComponent(() => import('./Shell.tsx'), 'Shell'),
})
