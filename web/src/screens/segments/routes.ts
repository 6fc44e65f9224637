import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'
import { DAYS, type Days, UNITS, type Unit, WITHIN, type Within } from './page/time.ts'

const STATES = ['live', 'backfilling', 'paused', 'archived'] as const
type State = (typeof STATES)[number]

/** The tabs of a segment's page besides the first one, its members. */
const SEGMENT_TABS = ['history', 'overlap', 'flows', 'profile', 'consumers', 'versions'] as const
type SegmentTab = (typeof SEGMENT_TABS)[number]

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

const instant = (value: unknown) =>
  typeof value === 'string' && Number.isFinite(Date.parse(value)) ? value : undefined

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segments',
  validateSearch: (
    raw: Record<string, unknown>,
  ): { q?: string; state?: State; sort?: string; order?: 'asc' | 'desc' } => ({
    q: text(raw.q),
    state: STATES.find((each) => each === raw.state),
    sort: text(raw.sort),
    order: raw.order === 'asc' || raw.order === 'desc' ? raw.order : undefined,
  }),
  component: lazyRouteComponent(() => import('./SegmentsScreen.tsx'), 'SegmentsScreen'),
})

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segments/new',
  validateSearch: (raw: Record<string, unknown>): { view?: 'json'; from?: string } => ({
    view: raw.view === 'json' ? 'json' : undefined,
    from: text(raw.from),
  }),
  component: lazyRouteComponent(() => import('./BuilderScreen.tsx'), 'NewSegmentScreen'),
})

const editRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segments/$id/edit',
  validateSearch: (raw: Record<string, unknown>): { view?: 'json' } => ({
    view: raw.view === 'json' ? 'json' : undefined,
  }),
  component: lazyRouteComponent(() => import('./BuilderScreen.tsx'), 'EditSegmentScreen'),
})

const detailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segments/$id',
  validateSearch: (
    raw: Record<string, unknown>,
  ): {
    tab?: SegmentTab
    q?: string
    days?: Days
    from?: string
    to?: string
    by?: Unit
    within?: Within
    with?: string
    asOf?: string
    knownAt?: string
  } => ({
    tab: SEGMENT_TABS.find((each) => each === raw.tab),
    q: text(raw.q),
    days: DAYS.find((each) => each === raw.days),
    from: instant(raw.from),
    to: instant(raw.to),
    by: UNITS.find((each) => each === raw.by),
    within: WITHIN.find((each) => each === raw.within),
    with: text(raw.with),
    asOf: instant(raw.asOf),
    // They are two questions: the server takes one of them.
    knownAt: instant(raw.asOf) ? undefined : instant(raw.knownAt),
  }),
  component: lazyRouteComponent(() => import('./SegmentScreen.tsx'), 'SegmentScreen'),
})

export const segmentsRoutes = [listRoute, newRoute, editRoute, detailRoute] as const
