import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'
import { SEGMENT_STATES } from './api.ts'
import type { ShelfSearch } from './list.ts'
import {
  DAYS,
  type Days,
  PORTRAIT_DAYS,
  type PortraitDays,
  UNITS,
  type Unit,
  WITHIN,
  type Within,
} from './page/time.ts'

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
  ): ShelfSearch & { sort?: string; order?: 'asc' | 'desc' } => ({
    q: text(raw.q),
    state: SEGMENT_STATES.find((each) => each === raw.state),
    folder: typeof raw.folder === 'string' ? raw.folder : undefined,
    tag: text(raw.tag),
    owner: text(raw.owner),
    unused: raw.unused === true || undefined,
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
    over?: PortraitDays
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
    over: PORTRAIT_DAYS.find((each) => each === raw.over),
    asOf: instant(raw.asOf),
    // They are two questions: the server takes one of them.
    knownAt: instant(raw.asOf) ? undefined : instant(raw.knownAt),
  }),
  component: lazyRouteComponent(() => import('./SegmentScreen.tsx'), 'SegmentScreen'),
})

const listsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/lists',
  component: lazyRouteComponent(() => import('./lists/ListsScreen.tsx'), 'ListsScreen'),
})

const segmentationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segmentations',
  component: lazyRouteComponent(
    () => import('./segmentations/SegmentationsScreen.tsx'),
    'SegmentationsScreen',
  ),
})

const newSegmentationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segmentations/new',
  validateSearch: (raw: Record<string, unknown>): { view?: 'json'; template?: string } => ({
    view: raw.view === 'json' ? 'json' : undefined,
    template: text(raw.template),
  }),
  component: lazyRouteComponent(
    () => import('./segmentations/EditorScreen.tsx'),
    'NewSegmentationScreen',
  ),
})

const segmentationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/segmentations/$id',
  validateSearch: (raw: Record<string, unknown>): { view?: 'json' } => ({
    view: raw.view === 'json' ? 'json' : undefined,
  }),
  component: lazyRouteComponent(
    () => import('./segmentations/EditorScreen.tsx'),
    'EditSegmentationScreen',
  ),
})

export const segmentsRoutes = [
  segmentationsRoute,
  newSegmentationRoute,
  segmentationRoute,
  listsRoute,
  listRoute,
  newRoute,
  editRoute,
  detailRoute,
] as const
