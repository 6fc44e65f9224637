import { decodeDocument } from '../../src/profile/codec.ts'
import { readCalendar, resolvedRule } from '../../src/segment/index.ts'
import { kindOf } from '../../src/segment/kinds/index.ts'
import { parseRule, parseSpec } from '../../src/segment/parse.ts'
import { membersOfRules } from '../../src/segment/preview.ts'
import { registerStreams } from '../../src/segment/publish.ts'
import type { AskedRule } from '../../src/segment/references.ts'
import type { Rule, Spec } from '../../src/segment/rule.ts'
import { segmentId } from './around.ts'
import { naiveMembers, type Told } from './naive.ts'
import type { SegmentWorld } from './world.ts'

/** I5: whether the records, the documents, ClickHouse and a naive reading give the same members. */

/** `asked`: the rule with those of the segments that it refers to. */
export type Live = { id: number; rule: Rule; includesStaff: boolean; asked: Rule }

/** Every third segment leaves staff and test profiles out. */
const includesStaff = (index: number): boolean => index % 3 !== 1

/** Segments that exist before any event, so that nothing has to be filled. */
export async function segmentsFrom(world: SegmentWorld, all: readonly Rule[]): Promise<Live[]> {
  const { deps, workspace } = world.program()
  const live: Live[] = []
  await deps.postgres.transaction(async (sql) => {
    let computed = 0
    const keyOf = async (spec: Spec): Promise<string> => {
      let stored = spec
      if ('formula' in spec) {
        let { formula } = spec
        for (const [name, one] of Object.entries(spec.traits ?? {})) {
          formula = formula.replaceAll(name, await keyOf(one.spec))
        }
        stored = { formula }
      }
      computed += 1
      const key = `computed_${computed}`
      await sql.query(
        `INSERT INTO computed_trait (public_id, workspace, key, name_fr, name_en, spec, state,
           created_at, created_by, updated_at, updated_by)
         VALUES ($1, $2, $3, '', '', $4, 'live', now(), '', now(), '')`,
        [deps.newId(), workspace.id, key, JSON.stringify(parseSpec(stored))],
      )
      return key
    }
    /** Gives each computed trait of a rule a key of its own, by which the stored rule names it. */
    const named = async (rule: Rule): Promise<Rule> => {
      if ('computed' in rule) {
        const { computed: made, ...condition } = rule
        // Which part of it is asked stands in the rule, not in the definition.
        const { part = null, ...spec } = made.spec as Spec & { part?: string }
        const key = await keyOf(spec)
        return { ...condition, trait: part === null ? key : `${key}.${part}` }
      }
      const copy = structuredClone(rule)
      for (const { path, rule: child } of kindOf(rule)?.children(rule) ?? []) {
        await named(child as Rule).then((one) => put(copy, path.split('/'), one))
      }
      return copy
    }
    const rows: (Omit<Live, 'asked'> & { stored: Rule })[] = []
    for (const [index, rule] of all.entries()) {
      const stored = parseRule(await named(rule))
      const [row] = await sql.query<{ id: number }>(
        `INSERT INTO segment (public_id, workspace, name_fr, name_en, rule, state, evaluated,
           created_at, updated_at, updated_by, includes_staff)
         VALUES ($1, $2, '', '', $3, 'live', true, now(), now(), '', $4) RETURNING id`,
        [segmentId(index), workspace.id, JSON.stringify(stored), includesStaff(index)],
      )
      // As it would come out of the database: plain objects.
      const plain = JSON.parse(JSON.stringify(rule)) as Rule
      if (row) rows.push({ id: row.id, rule: plain, includesStaff: includesStaff(index), stored })
    }
    for (const { stored, ...row } of rows) {
      const asked = { rule: stored, includesStaff: row.includesStaff }
      live.push({ ...row, asked: await resolvedRule(sql, workspace.id, asked) })
    }
    const asked = live.map((one) => one.asked)
    await registerStreams(sql, workspace.id, asked)
    await sql.query('UPDATE stream SET complete = true')
    await sql.query('UPDATE definition_version SET version = version + 1')
  })
  return live
}

function put(holder: object, [key = '', ...rest]: readonly string[], child: Rule): void {
  const place = holder as Record<string, unknown>
  if (rest.length === 0) place[key] = child
  else put(place[key] as object, rest, child)
}

type Answers = Map<number, string[]>

async function byRecords({ program }: SegmentWorld): Promise<Answers> {
  const rows = await program().deps.postgres.query<{ segment: number; profile: string }>(
    'SELECT segment, profile FROM membership ORDER BY profile',
  )
  const groups = Map.groupBy(rows, (row) => row.segment)
  return new Map([...groups].map(([id, list]) => [id, list.map((row) => row.profile)]))
}

async function byDocuments({ program }: SegmentWorld): Promise<Answers> {
  const rows = await program().deps.postgres.query<{ id: string; document: Buffer }>(
    'SELECT id, document FROM profile ORDER BY id',
  )
  const answers: Answers = new Map()
  for (const { id, document } of rows) {
    for (const segment of decodeDocument(document).segments.keys()) {
      answers.set(segment, [...(answers.get(segment) ?? []), id])
    }
  }
  return answers
}

/** Rules in one question to ClickHouse: each question costs more than a rule. */
const RULES_AT_ONCE = 6

async function byHistory(world: SegmentWorld, live: readonly Live[], now: number) {
  const { deps, workspace } = world.program()
  const calendar = await readCalendar(deps.postgres, workspace.id)
  const context = { workspace: workspace.id, now, calendar }
  const answers: Answers = new Map()
  for (let from = 0; from < live.length; from += RULES_AT_ONCE) {
    const part = live.slice(from, from + RULES_AT_ONCE)
    const rules = part.map(({ asked }) => asked)
    const found = await membersOfRules(deps.clickhouse, rules, context)
    for (const [index, { id }] of part.entries()) answers.set(id, found[index] ?? [])
  }
  return answers
}

/** Profile ids by who they are; only where each is one identifier. */
export async function idsOf({ program }: SegmentWorld): Promise<Map<string, string>> {
  const rows = await program().deps.postgres.query<{ id: string; value: string }>(
    'SELECT id, value FROM identifier',
  )
  return new Map(rows.map(({ id, value }) => [value, id]))
}

/** What the program orders events of the same time by: nobody else can know it. */
export async function hashed(world: SegmentWorld, told: readonly Told[]): Promise<Told[]> {
  const rows = await world
    .program()
    .deps.clickhouse.query<{ id: string; hash: string }>(
      'SELECT message_id AS id, toString(hash) AS hash FROM event',
    )
  const hashes = new Map(rows.map(({ id, hash }) => [id, Number(hash)]))
  return told.map((one) => ({ ...one, hash: hashes.get(one.messageId) ?? 0 }))
}

/** Two ways gave other members to a rule; the text says which, and who. */
export type Difference = { rule: Rule; text: string }

/** `members`: of each segment by its id; no differences when all agree. */
export type Agreement = { members: Answers; people: number; differences: Difference[] }

/**
 * Asks every segment in every way at `now`, after all that was sent is applied.
 * @param told what was sent, where everybody is one identifier; null where they are linked
 */
export async function agreementOf(
  world: SegmentWorld,
  live: readonly Live[],
  asked: { now: number; told: readonly Told[] | null },
): Promise<Agreement> {
  await world.settled()
  const [records, documents] = [await byRecords(world), await byDocuments(world)]
  const history = await byHistory(world, live, asked.now)
  const ids = await idsOf(world)
  const told = asked.told && (await hashed(world, asked.told))
  const differences: Difference[] = []
  for (const { id, rule, includesStaff: all } of live) {
    const expected = history.get(id) ?? []
    const others = new Map([
      ['documents', documents.get(id) ?? []],
      ['records', records.get(id) ?? []],
    ])
    if (told) {
      const question = { told, now: asked.now, rules: rulesById(live) }
      const segment = { rule, includesStaff: all }
      const naive = naiveMembers(segment, question).map((who) => ids.get(who) ?? who)
      others.set('the naive reading', naive.sort())
    }
    for (const [name, members] of others) {
      if (members.join() === expected.join()) continue
      const text =
        `${JSON.stringify(rule)} at ${new Date(asked.now).toISOString()}: ` +
        `ClickHouse has ${saidOf(expected, members)}, ${name} ${saidOf(members, expected)}.`
      differences.push({ rule, text })
    }
  }
  return { members: history, people: new Set(ids.values()).size, differences }
}

/** Rules by the public id of their segments. */
export const rulesById = (live: readonly Live[]): Map<string, AskedRule> =>
  new Map(
    live.map(({ rule, includesStaff: all }, index) => {
      return [segmentId(index), { rule, includesStaff: all }]
    }),
  )

export function saidOf(members: readonly string[], others: readonly string[]): string {
  const own = members.filter((one) => !others.includes(one))
  return own.length === 0 ? 'nobody else' : `also ${own.join(', ')}`
}
