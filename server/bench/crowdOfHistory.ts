import { type EarlierLife, earlierLifeOf, loadEarlierLife } from './earlierLife.ts'
import type { House, Program } from './house.ts'
import type { Lab } from './lab.ts'
import { loadPeople } from './people.ts'
import { installSegments, type Watched } from './segmentMix.ts'
import { buildPages } from './webPages.ts'

/** A house whose people have a past: in PostgreSQL their documents, in ClickHouse their events. */
export type Historic = { house: House; life: EarlierLife; watched: Watched; program: Program }

/** Loaded once a run; one process with every role works on it. */
export function openHistoric(lab: Lab): Promise<Historic> {
  return lab.once('historic', async () => {
    const { historyPeople: people, historyEvents: events } = lab.size
    await buildPages(lab)
    const house = await lab.house('historic', people)
    const watched = await installSegments(house, [])
    lab.say(`${people} people with a past`)
    await loadPeople(house, { people, say: lab.say })
    const life = earlierLifeOf(house, events)
    await loadEarlierLife(house, life, lab.say)
    const program = await house.start(['collect', 'flow', 'deliver', 'api'])
    return { house, life, watched, program }
  })
}

/** Calls the program's API; throws what it answers when that is no success. */
export async function call<Answer>(
  { program }: Pick<Historic, 'program'>,
  { method, path, body }: { method: string; path: string; body?: unknown },
  key: string,
): Promise<Answer> {
  const response = await fetch(`${program.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}
