import type { Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { askingHistory } from './history.ts'
import { ObjectTypes } from './objectSchema.ts'
import { readObjectTypes } from './objectTypes.ts'
import { seesPersonalData } from './profileRoutes.ts'
import { RecentAnswers } from './recent.ts'

/** Every segment builder asks for the types, which rarely change: one reading serves them all. */
const TYPES_SHARED_MS = 15_000

/** The things that people have: contracts, cards, tickets. */
export function objectRoutes(app: Api, deps: Deps): void {
  const types = new RecentAnswers<ObjectTypes>(TYPES_SHARED_MS)
  app.get(
    '/api/v1/objects/types',
    {
      config: { permission: 'events:read' },
      schema: {
        tags: ['objects'],
        summary: 'The types of objects that events have named, with their attributes',
        response: { 200: ObjectTypes },
      },
    },
    ({ actor }) => {
      const question = { workspace: actor.workspace, reveals: seesPersonalData(actor) }
      const reading = { sql: deps.postgres, ask: askingHistory(deps) }
      return types.get(JSON.stringify(question), deps.clock.now(), () =>
        readObjectTypes(reading, question),
      )
    },
  )
}
