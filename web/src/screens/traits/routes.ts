import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'
import { AGO, type Ago, parseCell, type Weigh } from './rfm.ts'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/traits',
  validateSearch: (raw: Record<string, unknown>): { tab?: 'given'; q?: string } => ({
    tab: raw.tab === 'given' ? 'given' : undefined,
    q: typeof raw.q === 'string' && raw.q ? raw.q : undefined,
  }),
  component: lazyRouteComponent(() => import('./TraitsScreen.tsx'), 'TraitsScreen'),
})

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/traits/new',
  component: lazyRouteComponent(() => import('./NewTraitScreen.tsx'), 'NewTraitScreen'),
})

const detailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/traits/$id',
  validateSearch: (raw: Record<string, unknown>): { cell?: string; by?: Weigh; ago?: Ago } => ({
    // Of an RFM: the cell whose people are shown, and what the shades are of.
    cell: parseCell(raw.cell),
    by: raw.by === 'sum' ? 'sum' : undefined,
    // How many days ago people were where they are compared with.
    ago: AGO.find((days) => days === raw.ago),
  }),
  component: lazyRouteComponent(() => import('./TraitScreen.tsx'), 'TraitScreen'),
})

export const traitsRoutes = [listRoute, newRoute, detailRoute] as const
