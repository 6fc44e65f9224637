import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { maskTrait, may } from '../workspace/index.ts'
import { knownComputed } from './computed/index.ts'
import { wholeSpec } from './computedFormulas.ts'
import { type PreviewedPerson, previewComputed } from './computedPreview.ts'
import { allowedSpec, previewQuery } from './computedQueries.ts'
import { ComputedPreviewInput, ComputedPreviewView } from './computedResponses.ts'
import { shown } from './masking.ts'
import { readPeopleToday } from './members.ts'
import { namesOf } from './names.ts'
import { readStaff } from './staff.ts'
import { whileWaitedFor } from './waiting.ts'
import { readCalendar } from './workspaceCalendar.ts'

/** What a definition would give, before it is saved. */
export function computedPreviewRoute(app: Api, deps: Deps): void {
  app.post(
    '/api/v1/computed-traits/preview',
    {
      config: { permission: 'profiles:read' },
      schema: {
        tags: ['traits'],
        summary: 'What a definition would give for one person or a few, and from which events',
        body: ComputedPreviewInput,
        response: { 200: ComputedPreviewView },
      },
    },
    async (request) => {
      const { actor, body } = request
      const { workspace } = actor
      const spec = await wholeSpec(deps.postgres, workspace, {
        key: body.key ?? null,
        spec: await allowedSpec(deps, actor, body.definition),
      })
      const calendar = await readCalendar(deps.postgres, workspace)
      const staff = await readStaff(deps.postgres, workspace)
      const now = deps.clock.now()
      const profiles = body.profile === undefined ? null : [body.profile]
      const found = await whileWaitedFor(request, (signal) => {
        const asked = { workspace, now, calendar, staff, signal, profiles }
        if ('sql' in spec) return previewQuery(deps.clickhouse, spec, asked)
        return previewComputed(deps.clickhouse, spec, asked)
      })
      const kind = knownComputed(spec)
      return {
        sentence: kind.describe(spec, await namesOf(deps, workspace)),
        type: kind.type(spec),
        have: found.have,
        people: await named(deps, actor, {
          people: found.people.map((one) => masked(actor, one, kind.shows?.(spec))),
        }),
        asOf: new Date(now).toISOString(),
        run: found.run,
      }
    },
  )
}

/** With who they are, as lists show it. */
async function named(deps: Deps, actor: Actor, { people }: { people: PreviewedPerson[] }) {
  const ids = people.map(({ id }) => id)
  const held = await readPeopleToday(deps.postgres, actor.workspace, ids)
  const byId = new Map(held.map((member) => [member.id, shown(actor, member)]))
  return people.map((person) => {
    const member = byId.get(person.id)
    return { ...person, name: member?.name ?? '', email: member?.email ?? null }
  })
}

/** Values and events as the actor may see them. */
function masked(actor: Actor, person: PreviewedPerson, shows: string | undefined): PreviewedPerson {
  if (may(actor, 'profiles:reveal')) return person
  const key = shows?.split('.').at(-1) ?? ''
  return {
    ...person,
    value: maskTrait(key, person.value) as PreviewedPerson['value'],
    inputs: person.inputs.map(({ trait, value }) => {
      return { trait, value: maskTrait(trait.split('.').at(-1) ?? '', value) as typeof value }
    }),
    events: person.events.map((event) => ({
      ...event,
      told: maskTrait('', event.told) as typeof event.told,
    })),
  }
}
