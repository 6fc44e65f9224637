import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { approximateRoutes } from './approximateRoutes.ts'
import { computedRoutes } from './computedRoutes.ts'
import { memberRoutes } from './memberRoutes.ts'
import { previewRoutes } from './previewRoutes.ts'
import { IdParams, SegmentView } from './responses.ts'
import { segmentationAnswers } from './segmentationAnswers.ts'
import { segmentationRoutes } from './segmentationRoutes.ts'
import { findSegment, noteLook } from './segments.ts'
import { shelfRoutes } from './shelfRoutes.ts'
import { staffRoutes } from './staffRoutes.ts'
import { versionRoutes } from './versionRoutes.ts'
import { viewOf } from './views.ts'
import { writeRoutes } from './writeRoutes.ts'

/** Segments and segmentations: list, create, change, preview, members, versions. */
export function segmentRoutes(app: Api, deps: Deps): void {
  staffRoutes(app, deps)
  shelfRoutes(app, deps)
  readRoutes(app, deps)
  writeRoutes(app, deps)
  previewRoutes(app, deps)
  versionRoutes(app, deps)
  memberRoutes(app, deps)
  approximateRoutes(app, deps)
  segmentationRoutes(app, deps)
  segmentationAnswers(app, deps)
  computedRoutes(app, deps)
}

function readRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/:id',
    {
      config: { permission: 'segments:read' },
      schema: { summary: 'One segment', params: IdParams, response: { 200: SegmentView } },
    },
    async ({ actor, params }) => {
      const segment = await findSegment(deps.postgres, actor.workspace, params.id)
      if (actor.kind === 'user') await noteLook(deps, segment)
      return viewOf(deps, actor.workspace, segment)
    },
  )
}
