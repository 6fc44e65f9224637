import { type Static, Type } from 'typebox'
import type { Deps } from '../../platform/deps.ts'
import { DAY_MS } from '../../platform/durations.ts'
import { badRequest, notFound } from '../../platform/errors.ts'
import { segmentNames } from '../names.ts'
import { type Behind, whoFlowed, whoIsIn, whoMoved, whoStayed } from './behind.ts'
import { activeSegments, VIA_NUMBERS, WITHIN_DAYS } from './flows.ts'

const ids = (description: string) =>
  Type.Optional(Type.String({ maxLength: 500, description: `${description}; ids, by commas` }))
const instant = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', description }))
const segment = (description: string) => Type.Optional(Type.String({ format: 'uuid', description }))
const milliseconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, description }))

/** Filters that lead from a number of a segment to the people behind it. */
export const BehindQuery = {
  in: ids('In all of these segments'),
  out: ids('In none of these segments'),
  entered: segment('Who entered it, between `since` and `until`'),
  left: segment('Who left it, between `since` and `until`'),
  since: instant('Moves from this instant on; without it, all'),
  until: instant('Moves before this instant'),
  via: Type.Optional(
    Type.String({
      pattern: '^([0-9a-f-]{36}|new|filled|none)$',
      description:
        'With `entered` or `left`: by way of this segment, or of none (see the flows of a segment)',
    }),
  ),
  within: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 365, description: 'With `via`: days; 7 without it' }),
  ),
  stayed: segment('Who had a stay in it, of a length from `least` up to `most`'),
  stay: Type.Optional(
    Type.Union([Type.Literal('ended'), Type.Literal('lasting')], {
      description: 'With `stayed`: stays that are over, or that last',
    }),
  ),
  least: milliseconds('With `stayed`: the shortest length, ms'),
  most: milliseconds('With `stayed`: what every length is below, ms'),
}
const Query = Type.Object(BehindQuery)
export type BehindQuery = Static<typeof Query>

const SEGMENTS_MAX = 12
/** The last instant that ClickHouse knows, epoch ms. */
const NEVER = Date.parse('2299-12-31T00:00:00Z')

/**
 * The conditions that a request names. @throws Problem 404 for a segment that is not there, 400 for
 * two questions about the past at once.
 */
export async function behindOf(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  workspace: number,
  query: BehindQuery,
): Promise<Behind[]> {
  const { entered, left, stayed } = query
  if ([entered, left, stayed].filter((one) => one !== undefined).length > 1) {
    throw badRequest(
      'two_pasts',
      'Ask with one of entered, left and stayed: a list is about one of them.',
    )
  }
  const number = await numbersOf(deps, workspace)
  const all = segmentList(query.in).map(number)
  const none = segmentList(query.out).map(number)
  return [
    ...(all.length + none.length === 0 ? [] : [whoIsIn(all, none)]),
    ...(await moved(deps, { workspace, query, number })),
    ...(stayed === undefined ? [] : [stay(query, number(stayed), deps.clock.now())]),
  ]
}

/** Ids of segments to their numbers. The function throws a Problem 404 for an id of none. */
export async function numbersOf({ postgres }: Pick<Deps, 'postgres'>, workspace: number) {
  const names = await segmentNames(postgres, workspace)
  const numbers = new Map([...names].map(([number, { id }]) => [id, number]))
  return (id: string): number => {
    const number = numbers.get(id)
    if (number !== undefined) return number
    throw notFound('There is no segment with this id. See the list of segments.')
  }
}

/** Ids by commas. @throws Problem 400 when there are too many. */
export function segmentList(text: string | undefined): string[] {
  const list = (text ?? '').split(',').filter((id) => id !== '')
  if (list.length <= SEGMENTS_MAX) return list
  throw badRequest('too_many_segments', `A list takes at most ${SEGMENTS_MAX} segments.`)
}

async function moved(
  { postgres }: Pick<Deps, 'postgres'>,
  asked: { workspace: number; query: BehindQuery; number: (id: string) => number },
): Promise<Behind[]> {
  const { workspace, query, number } = asked
  const id = query.entered ?? query.left
  if (id === undefined) return []
  const segment = number(id)
  const change = query.entered === undefined ? 'left' : 'entered'
  const from = query.since === undefined ? 0 : Date.parse(query.since)
  const to = query.until === undefined ? NEVER : Date.parse(query.until)
  const { via, within = WITHIN_DAYS } = query
  if (via === undefined) return [whoMoved({ segment, change, from, to })]
  const others = [...(await activeSegments(postgres, workspace)).keys()].filter(
    (one) => one !== segment,
  )
  const question = { workspace, segment, others, change, from, to } as const
  return [whoFlowed({ ...question, withinMs: within * DAY_MS }, VIA_NUMBERS[via] ?? number(via))]
}

function stay(query: BehindQuery, segment: number, now: number): Behind {
  const { least = 0, most = null } = query
  return whoStayed({ segment, lasting: query.stay === 'lasting', least, most, now })
}
