import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../shell/shell-route.ts'

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { token?: string; from?: string } => ({
    ...(typeof search.token === 'string' ? { token: search.token } : {}),
    ...(typeof search.from === 'string' ? { from: search.from } : {}),
  }),
  component: lazyRouteComponent(() => import('./SignInScreen.tsx'), 'SignInScreen'),
})

export const signInRoutes = [signInRoute] as const
