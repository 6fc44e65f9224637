import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

export const PERSON_TABS = [
  'overview',
  'timeline',
  'traits',
  'identities',
  'segments',
  'consents',
  'deliveries',
] as const
export type PersonTab = (typeof PERSON_TABS)[number]

const personRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$id',
  validateSearch: (raw: Record<string, unknown>): { tab?: PersonTab; view?: 'list' } => {
    const tab = PERSON_TABS.find((each) => each === raw.tab)
    return {
      ...(tab && tab !== 'overview' ? { tab } : {}),
      ...(raw.view === 'list' ? { view: 'list' as const } : {}),
    }
  },
  component: lazyRouteComponent(() => import('./PersonScreen.tsx'), 'PersonScreen'),
})

export const personRoutes = [personRoute] as const
