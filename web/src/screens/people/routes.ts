import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'
import { readPeopleSearch } from './search.ts'

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  validateSearch: readPeopleSearch,
  component: lazyRouteComponent(() => import('./PeopleScreen.tsx'), 'PeopleScreen'),
})

export const peopleRoutes = [peopleRoute] as const
