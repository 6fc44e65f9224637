import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { PastQuery, pastOf } from '../segment/index.ts'
import type { Dossiers } from './document.ts'
import { historyFor } from './history.ts'
import { dossierOr404, seesPersonalData } from './profileRoutes.ts'
import { ByProfile } from './schema.ts'
import { Explainer } from './why.ts'
import { WhyView } from './whySchema.ts'

/** Why somebody is in a segment, or is not. */
export function whyRoutes(app: Api, deps: Deps, dossiers: Dossiers): void {
  const explainer = new Explainer()
  app.get(
    '/api/v1/profiles/:id/segments/:segment/why',
    {
      config: { permission: 'profiles:read' },
      schema: {
        tags: ['profiles'],
        summary:
          'Why a profile is in a segment or is not, now or at a past instant: each part of the ' +
          'rule with what it found',
        params: Type.Object({ ...ByProfile.properties, segment: Type.String({ format: 'uuid' }) }),
        querystring: PastQuery,
        response: { 200: WhyView },
      },
    },
    async ({ actor, params, query }, reply) => {
      const { workspace } = actor
      const dossier = await dossierOr404(deps, dossiers, { workspace, text: params.id })
      const now = deps.clock.now()
      const settings = await dossiers.settings(deps.postgres, { workspace, now })
      const reveals = seesPersonalData(actor)
      const past = pastOf(query)
      const asked = { workspace, segment: params.segment, settings, reveals, ...past }
      return explainer.explain({ ...deps, ask: historyFor(deps, reply) }, dossier, asked)
    },
  )
}
