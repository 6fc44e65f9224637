import type { Sql } from '../platform/postgres.ts'
import { findIdentifiersById, identifierText } from '../resolve/index.ts'

/**
 * One fact of the state: `key` names what it is about, `text` is all that is held about it.
 * `profile`: the id of the profile it is about, which is no part of the state.
 */
export type StateLine = { key: string; text: string; profile?: string }

const ROWS = 2_000

/** The state beside the documents: components, evidence, decisions, devices and consents. */
export async function* recordLines(sql: Sql): AsyncGenerator<StateLine> {
  yield* componentLines(sql)
  yield* evidenceLines(sql)
  yield* decisionLines(sql)
  yield* deviceLines(sql)
  yield* consentLines(sql)
}

/** Which identifiers are one, for every component of more than one. */
async function* componentLines(sql: Sql): AsyncGenerator<StateLine> {
  const rows = await sql.query<{ workspace: number; identifiers: string[] }>(
    `SELECT i.workspace, array_agg(i.namespace || ':' || i.value
       ORDER BY (i.namespace || ':' || i.value) COLLATE "C") AS identifiers
     FROM (SELECT identifier, profile FROM profile_alias
           UNION SELECT profile, profile FROM profile_alias) AS held
     JOIN identifier i ON i.id = held.identifier
     GROUP BY held.profile, i.workspace`,
  )
  for (const { workspace, identifiers } of rows) {
    const key = `component ${workspace} ${identifiers[0]}`
    yield { key, text: JSON.stringify(identifiers) }
  }
}

const PAIR = `
  least(x.namespace || ':' || x.value, y.namespace || ':' || y.value) AS one,
  greatest(x.namespace || ':' || x.value, y.namespace || ':' || y.value) AS other`

async function* evidenceLines(sql: Sql): AsyncGenerator<StateLine> {
  const rows = await sql.query<Record<string, unknown>>(
    `SELECT e.workspace, ${PAIR}, e.kind, e.priority, e.at, e.hash,
       f.namespace || ':' || f.value AS former, e.source, e.message_id, e.state, e.reason
     FROM evidence e JOIN identifier x ON x.id = e.a JOIN identifier y ON y.id = e.b
     LEFT JOIN identifier f ON f.id = e.former`,
  )
  for (const { workspace, one, other, kind, ...rest } of rows) {
    const key = `evidence ${workspace} ${one} ${other} ${kind}`
    yield { key, text: JSON.stringify(rest) }
  }
}

async function* decisionLines(sql: Sql): AsyncGenerator<StateLine> {
  const rows = await sql.query<Record<string, unknown>>(
    `SELECT d.workspace, ${PAIR}, d.verdict, d.at, d.hash
     FROM identity_decision d JOIN identifier x ON x.id = d.a JOIN identifier y ON y.id = d.b`,
  )
  for (const { workspace, one, other, ...rest } of rows) {
    yield { key: `decision ${workspace} ${one} ${other}`, text: JSON.stringify(rest) }
  }
}

async function* deviceLines(sql: Sql): AsyncGenerator<StateLine> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page = await sql.query<{ id: string; workspace: number }>(
      'SELECT id, workspace FROM device WHERE id > $1 ORDER BY id LIMIT $2',
      [after, ROWS],
    )
    const last = page.at(-1)
    if (!last) return
    after = last.id
    const ids = page.map((row) => row.id)
    const devices = await findIdentifiersById(sql, ids)
    const loginsOf = (id: string) => devices.get(id)?.logins ?? []
    const owners = ids.flatMap((id) => loginsOf(id).map((login) => login.owner))
    const found = await findIdentifiersById(sql, [...new Set([...ids, ...owners])])
    const nameOf = (id: string) => {
      const one = found.get(id)
      return one ? identifierText(one) : `unregistered ${id}`
    }
    for (const { id, workspace } of page) {
      const said = loginsOf(id).map(({ at, owner }) => [at, nameOf(owner)])
      yield { key: `device ${workspace} ${nameOf(id)}`, text: JSON.stringify(said) }
    }
  }
}

/** Answers in force; the ledger is a record and no state. */
async function* consentLines(sql: Sql): AsyncGenerator<StateLine> {
  const rows = await sql.query<Record<string, unknown>>(
    `SELECT s.workspace, s.identifier, s.purpose, s.channel, s.granted, s.at,
       coalesce(o.namespace || ':' || o.value, '') AS owner
     FROM consent_state AS s LEFT JOIN identifier AS o ON o.id = s.owner`,
  )
  for (const { workspace, identifier, purpose, channel, owner, ...rest } of rows) {
    const key = `consent ${workspace} ${identifier} ${purpose} ${channel} ${owner}`
    yield { key, text: JSON.stringify(rest) }
  }
}
