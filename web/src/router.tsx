import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { deliveriesRoutes } from './screens/deliveries/routes.ts'
import { destinationsRoutes } from './screens/destinations/routes.ts'
import { eventsRoutes } from './screens/events/routes.ts'
import { healthRoutes } from './screens/health/routes.ts'
import { homeRoutes } from './screens/home/routes.ts'
import { importsRoutes } from './screens/imports/routes.ts'
import { peopleRoutes } from './screens/people/routes.ts'
import { personRoutes } from './screens/person/routes.ts'
import { personasRoutes } from './screens/personas/routes.ts'
import { segmentsRoutes } from './screens/segments/routes.ts'
import { settingsRoutes } from './screens/settings/routes.ts'
import { signInRoutes } from './screens/sign-in/routes.ts'
import { sourcesRoutes } from './screens/sources/routes.ts'
import { traitsRoutes } from './screens/traits/routes.ts'
import { NotFound } from './shell/NotFound.tsx'
import { RouteError } from './shell/RouteError.tsx'
import { missingRoute, rootRoute, shellRoute } from './shell/shell-route.ts'

/** One line a screen, in the order of the navigation. */
const routeTree = rootRoute.addChildren([
  ...signInRoutes,
  shellRoute.addChildren([
    ...homeRoutes,
    ...sourcesRoutes,
    ...eventsRoutes,
    ...importsRoutes,
    ...settingsRoutes,
    ...peopleRoutes,
    ...personRoutes,
    ...segmentsRoutes,
    ...traitsRoutes,
    ...personasRoutes,
    ...destinationsRoutes,
    ...deliveriesRoutes,
    ...healthRoutes,
    missingRoute,
  ]),
])

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: RouteError,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
