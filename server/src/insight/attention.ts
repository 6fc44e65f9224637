import { HOUR_MS } from '../platform/durations.ts'
import type { Sql } from '../platform/postgres.ts'
import type { WrongHours } from './balance.ts'
import { iso } from './history.ts'
import type { LocalText } from './names.ts'
import type { AttentionItem, FlowView } from './overviewSchema.ts'

/** Behind by more than this, a stage or the history needs a look. */
const BEHIND_MS = 60_000
const ITEMS_MAX = 12

type Question = { workspace: number; now: number; flow: FlowView; wrong: WrongHours }

/** What needs a person, the most urgent first; empty when all is well. */
export async function readAttention(sql: Sql, question: Question): Promise<AttentionItem[]> {
  const [paused, broken, rejected, dead] = await Promise.all([
    readPaused(sql, question),
    readBroken(sql, question),
    readRejected(sql, question),
    readDeadLetters(sql, question),
  ])
  return [
    ...wrongHours(question),
    ...behind(question),
    ...broken,
    ...paused,
    ...lateDestinations(question, new Set(paused.map(({ href }) => href))),
    ...silentSources(question.flow),
    ...dead,
    ...rejected,
  ].slice(0, ITEMS_MAX)
}

/** I2 does not hold: nothing is more urgent. */
function wrongHours({ wrong: { hours, since } }: Question): AttentionItem[] {
  if (hours === 0) return []
  const text = several(hours, {
    one: {
      fr: 'Les comptes d’une heure ne sont pas justes',
      en: 'The counts of one hour do not add up',
    },
    other: {
      fr: 'Les comptes de # heures ne sont pas justes',
      en: 'The counts of # hours do not add up',
    },
  })
  return [{ key: 'unbalanced', text, href: '/health?period=7d#balance', since }]
}

function behind({ flow, now }: Question): AttentionItem[] {
  const items: AttentionItem[] = []
  const lagMs = Math.max(
    ...flow.stages.filter(({ key }) => key !== 'deliver').map((one) => one.lagMs),
  )
  if (lagMs > BEHIND_MS) {
    const text = {
      fr: `Le traitement a du retard : ${count(flow.waiting, 'fr')} événements attendent`,
      en: `Processing is behind: ${count(flow.waiting, 'en')} events wait`,
    }
    items.push({ key: 'flow_behind', text, href: '/health', since: iso(now - lagMs) })
  }
  if (flow.sinkLagMs > BEHIND_MS) {
    const text = {
      fr: 'L’historique a du retard : les comptages ne sont pas à jour',
      en: 'The history is behind: counts are not up to date',
    }
    items.push({ key: 'history_behind', text, href: '/health', since: iso(now - flow.sinkLagMs) })
  }
  return items
}

function silentSources(flow: FlowView): AttentionItem[] {
  return flow.sources.flatMap(({ id, name, silentSince }) => {
    if (silentSince === null) return []
    const text = { fr: `${name} n’envoie plus rien`, en: `${name} has stopped sending` }
    return [{ key: `silent:${id}`, text, href: `/sources/${id}`, since: silentSince }]
  })
}

function lateDestinations({ flow, now }: Question, told: ReadonlySet<string>): AttentionItem[] {
  return flow.destinations.flatMap(({ id, name, lateBy }) => {
    const href = `/destinations/${id}`
    if (lateBy === null || told.has(href)) return []
    const text = {
      fr: `${name} : des envois attendent`,
      en: `${name}: deliveries are waiting`,
    }
    return [{ key: `late:${id}`, text, href, since: iso(now - lateBy) }]
  })
}

async function readPaused(sql: Sql, { workspace, now }: Question): Promise<AttentionItem[]> {
  const rows = await sql.query<{ id: string; name: string; since: Date }>(
    `SELECT t.id, t.name, coalesce(
       (SELECT max(updated_at) FROM delivery WHERE destination = t.id AND state = 'delivered'),
       t.updated_at) AS since
     FROM destination t
     WHERE workspace = $1 AND deleted_at IS NULL AND enabled AND paused_until > $2`,
    [workspace, new Date(now)],
  )
  return rows.map(({ id, name, since }) => ({
    key: `paused:${id}`,
    text: {
      fr: `${name} ne répond plus : les envois sont suspendus`,
      en: `${name} has stopped answering: deliveries are held back`,
    },
    href: `/destinations/${id}`,
    since: since.toISOString(),
  }))
}

/** Segments that the program paused because their rules broke. */
async function readBroken(sql: Sql, { workspace }: Question): Promise<AttentionItem[]> {
  const rows = await sql.query<{ id: string; fr: string; en: string; since: Date }>(
    `SELECT public_id AS id, name_fr AS fr, name_en AS en, updated_at AS since FROM segment
     WHERE workspace = $1 AND state = 'paused' AND reason IS NOT NULL ORDER BY id`,
    [workspace],
  )
  return rows.map(({ id, fr, en, since }) => ({
    key: `broken:${id}`,
    text: {
      fr: `Le segment « ${fr} » est en pause : sa règle ne marche plus`,
      en: `The segment “${en}” is paused: its rule no longer works`,
    },
    href: `/segments/${id}`,
    since: since.toISOString(),
  }))
}

async function readRejected(sql: Sql, { workspace, now }: Question): Promise<AttentionItem[]> {
  const [row] = await sql.query<{ n: number | null; since: Date | null }>(
    `SELECT sum(n) AS n, min(first_at) AS since FROM rejection_minute
     WHERE workspace = $1 AND minute >= $2`,
    [workspace, new Date(now - 24 * HOUR_MS)],
  )
  const n = Number(row?.n ?? 0)
  if (n === 0) return []
  const text = several(n, {
    one: { fr: '1 événement rejeté en 24 h', en: '1 event rejected in 24 h' },
    other: { fr: '# événements rejetés en 24 h', en: '# events rejected in 24 h' },
  })
  const since = row?.since?.toISOString() ?? null
  return [{ key: 'rejected', text, href: '/events?tab=problems', since }]
}

async function readDeadLetters(sql: Sql, { workspace, now }: Question): Promise<AttentionItem[]> {
  const [row] = await sql.query<{ n: number; since: Date | null }>(
    `SELECT count(*) AS n, min(at) AS since FROM dead_letter
     WHERE workspace = $1 AND replayed_at IS NULL AND at >= $2`,
    [workspace, new Date(now - 7 * 24 * HOUR_MS)],
  )
  if (!row || row.n === 0) return []
  const text = several(row.n, {
    one: { fr: '1 événement mis au rebut', en: '1 event in the dead letters' },
    other: { fr: '# événements mis au rebut', en: '# events in the dead letters' },
  })
  const since = row.since?.toISOString() ?? null
  return [{ key: 'dead_letters', text, href: '/events?tab=problems', since }]
}

function several(n: number, texts: { one: LocalText; other: LocalText }): LocalText {
  if (n === 1) return texts.one
  return {
    fr: texts.other.fr.replace('#', count(n, 'fr')),
    en: texts.other.en.replace('#', count(n, 'en')),
  }
}

const count = (n: number, language: string): string => new Intl.NumberFormat(language).format(n)
