import { Type } from 'typebox'
import type { Api } from '../platform/api.ts'
import type { ClickHouse } from '../platform/clickhouse.ts'
import type { Deps } from '../platform/deps.ts'
import { Registries } from '../profile/index.ts'
import { knownComputed } from './computed/index.ts'
import { DefinitionBody } from './computedResponses.ts'
import { traitTemplatesFor } from './computedTemplates.ts'
import { namesOf } from './names.ts'
import { LocalText } from './responses.ts'
import { wordsIn } from './vocabulary.ts'

const TemplateView = Type.Object({
  key: Type.String({ description: 'What rules would call it' }),
  name: LocalText,
  description: LocalText,
  missing: Type.Array(LocalText, { description: 'What the data lacks for it' }),
  definition: DefinitionBody,
  sentence: LocalText,
})

/** Computed traits to begin with, in the names of what this workspace has seen. */
export function traitTemplateRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/computed-traits/templates',
    {
      config: { permission: 'traits:read' },
      schema: {
        tags: ['traits'],
        summary: 'Computed traits to begin with, with the names that the data has',
        response: { 200: Type.Object({ data: Type.Array(TemplateView), next: Type.Null() }) },
      },
    },
    async ({ actor }) => {
      const { workspace } = actor
      const registry = await new Registries().load(deps.postgres, workspace)
      const names = await namesOf(deps, workspace)
      const seen = { events: registry.names('event'), traits: registry.names('trait') }
      const order = wordsIn(seen).say('order')
      const properties = await readProperties(deps.clickhouse, { workspace, event: order })
      const data = traitTemplatesFor({ ...seen, properties }).map((template) => {
        const { definition } = template
        return { ...template, sentence: knownComputed(definition).describe(definition, names) }
      })
      return { data, next: null }
    },
  )
}

/** Events that are looked at, the newest of them. */
const EVENTS = 1_000

/** Paths of the properties of the newest events of a name; none when history is away. */
async function readProperties(
  clickhouse: ClickHouse,
  asked: { workspace: number; event: string },
): Promise<string[]> {
  const rows = await clickhouse
    .query<{ path: string }>(
      `SELECT DISTINCT arrayJoin(arrayConcat(
         mapKeys(text), mapKeys(number), mapKeys(boolean), mapKeys(item))) AS path
       FROM (
         SELECT text, number, boolean, item FROM event
         WHERE workspace = {workspace:UInt32} AND event = {event:String}
         ORDER BY time DESC LIMIT ${EVENTS}
       ) ORDER BY path`,
      asked,
    )
    .catch(() => [])
  return rows.map(({ path }) => path)
}
