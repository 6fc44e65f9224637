import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent } from '@tanstack/react-router'

/** The parents every screen hangs from: `rootRoute` (signed out) and `shellRoute` (signed in). */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()()

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: lazyRouteComponent(() => import('./Shell.tsx'), 'Shell'),
})

/** Any other address: inside the shell, so that its navigation and its language are there. */
export const missingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: lazyRouteComponent(() => import('./NotFound.tsx'), 'NotFound'),
})
