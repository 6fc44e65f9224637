import { Dossiers } from '../../src/insight/document.ts'
import { askingHistory } from '../../src/insight/history.ts'
import { factsAsOf, standingAsOf } from '../../src/insight/pastPerson.ts'
import { membersAsOf } from '../../src/segment/asOf.ts'
import { readCalendar, refreshDefinitions } from '../../src/segment/index.ts'
import { preparer } from '../../src/segment/kinds/index.ts'
import type { EvaluationContext } from '../../src/segment/kinds/kind.ts'
import { type Difference, hashed, idsOf, type Live, rulesById, saidOf } from './agreement.ts'
import { naiveMembers, type Told } from './naive.ts'
import type { SegmentWorld } from './world.ts'

/**
 * I7: whether past instants get the same answers, once all is sent, from ClickHouse, of each person
 * by the events up to then, and from a naive reading of them.
 * @param asked `told`: what was sent, where everybody is one identifier; null where they are linked
 */
export async function pastAgreementOf(
  world: SegmentWorld,
  live: readonly Live[],
  asked: { instants: readonly number[]; told: readonly Told[] | null },
): Promise<Difference[]> {
  const { deps, workspace } = world.program()
  const calendar = await readCalendar(deps.postgres, workspace.id)
  const ids = await idsOf(world)
  const told = asked.told && (await hashed(world, asked.told))
  const differences: Difference[] = []
  for (const asOf of asked.instants) {
    const people = await byPerson(world, live, asOf)
    const until = told?.filter(({ time }) => time <= asOf)
    for (const { id, rule, includesStaff, asked: whole } of live) {
      const place = { workspace: workspace.id, asOf, calendar }
      const found = await membersAsOf(deps.clickhouse, whole, place)
      const others = new Map([['each person', people.get(id) ?? []]])
      if (until) {
        const question = { told: until, now: asOf, rules: rulesById(live) }
        const members = naiveMembers({ rule, includesStaff }, question)
        others.set('the naive reading', members.map((who) => ids.get(who) ?? who).sort())
      }
      for (const [name, members] of others) {
        if (members.join() === found.join()) continue
        const text =
          `${JSON.stringify(rule)} as of ${new Date(asOf).toISOString()}: ClickHouse has ` +
          `${saidOf(found, members)}, ${name} ${saidOf(members, found)}.`
        differences.push({ rule, text })
      }
    }
  }
  return differences
}

/** The members that each segment has when everybody is asked alone, by its number. */
async function byPerson(
  world: SegmentWorld,
  live: readonly Live[],
  asOf: number,
): Promise<Map<number, string[]>> {
  const { deps, workspace } = world.program()
  const { postgres } = deps
  const definitions = (await refreshDefinitions(postgres, null)).of(workspace.id)
  const prepare = preparer(definitions.scope)
  const evaluates = live.map(({ id, asked }) => ({ id, evaluate: prepare(asked) }))
  const members = new Map<number, string[]>()
  const rows = await postgres.query<{ id: string }>('SELECT id FROM profile ORDER BY id')
  const dossiers = new Dossiers()
  for (const { id } of rows) {
    const context = await contextAsOf(world, { dossiers, id, asOf })
    if (!context || context.facts.first > asOf) continue
    for (const { id: segment, evaluate } of evaluates) {
      if (!evaluate(context).holds) continue
      members.set(segment, [...(members.get(segment) ?? []), id])
    }
  }
  return members
}

async function contextAsOf(
  world: SegmentWorld,
  { dossiers, id, asOf }: { dossiers: Dossiers; id: string; asOf: number },
): Promise<EvaluationContext | null> {
  const { deps, workspace } = world.program()
  const { postgres: sql, clock } = deps
  const question = { workspace: workspace.id, text: id, now: clock.now() }
  const dossier = await dossiers.find(sql, question)
  if (!dossier) return null
  const { definitions } = await dossiers.settings(sql, question)
  const asked = { workspace: workspace.id, asOf, definitions }
  const ask = askingHistory(deps)
  const facts = await factsAsOf(ask, dossier, asked)
  const around = await standingAsOf({ sql, ask }, dossier, asked)
  return { facts, registry: dossier.registry, around, now: asOf }
}
