import { ClickHouseError } from '@clickhouse/client'
import type { JsonValue } from '../../collect/index.ts'
import type { ClickHouse } from '../../platform/clickhouse.ts'
import { decimalFrom, decimalNumber, folded } from '../../profile/index.ts'
import type { FormulaType } from '../formula/index.ts'
import type { Query } from '../rule.ts'
import { type Forbidden, parsed, syntaxFault, textFault } from './check.ts'
import { changesQuestion, type Question, sampleQuestion } from './question.ts'

/** A query that cannot be asked, or failed: the sentence is for who wrote it. */
export class FailedQuery extends Error {}

type Asked = { workspace: number; spec: Query; signal?: AbortSignal }

/** @throws FailedQuery for what reads anything but what it is given. */
export async function checkQuery(clickhouse: ClickHouse, text: string): Promise<void> {
  const wrong = textFault(text)
  if (wrong !== null) throw new FailedQuery(wrong)
  const [lines, forbidden] = await Promise.all([
    ownFaults(() => clickhouse.syntaxOf(parsed(text))),
    readForbidden(clickhouse),
  ])
  const fault = syntaxFault(lines, forbidden)
  if (fault !== null) throw new FailedQuery(fault)
}

async function readForbidden(clickhouse: ClickHouse): Promise<Forbidden> {
  const rows = await clickhouse.query<{ name: string; kind: 'table' | 'database' }>(
    `SELECT name, 'table' AS kind FROM system.tables WHERE database = currentDatabase()
     UNION ALL SELECT name, 'database' FROM system.databases`,
  )
  const named = (kind: string) =>
    new Set(rows.filter((row) => row.kind === kind).map(({ name }) => name))
  return { tables: named('table'), databases: named('database') }
}

export type QuerySample = {
  /** Rows that it gives, and those of them that are a value of somebody. */
  rows: number
  matched: number
  first: { key: string; value: JsonValue | null; profile: string | null }[]
}

type SampleRow = { rows: number; matched: number; first: [string, string, string][] }

/** The first rows of a query that was checked; of one person's when `profile` chooses him. */
export async function sampleQuery(
  clickhouse: ClickHouse,
  asked: Asked,
  chosen: { rows: number; profile: string | null },
): Promise<QuerySample> {
  const [row] = await ask<SampleRow>(clickhouse, sampleQuestion(asked, chosen), asked)
  const { type } = asked.spec
  return {
    rows: row?.rows ?? 0,
    matched: row?.matched ?? 0,
    first: (row?.first ?? []).map(([key, value, profile]) => {
      return { key, value: valueOfText(value, type), profile: profile === '' ? null : profile }
    }),
  }
}

export type QueryChange = {
  /** One of the person's identifiers, `namespace:value`. */
  identifier: string
  /** null: no longer one. */
  value: JsonValue | null
}

type ChangesRow = { people: number; changed: [string, string, string, string][] }

/** How many people have a value now, and for whom it is another one. */
export async function changesByQuery(
  clickhouse: ClickHouse,
  asked: Asked,
  trait: string,
): Promise<{ people: number; changes: QueryChange[] }> {
  const [row] = await ask<ChangesRow>(clickhouse, changesQuestion(asked, trait), asked)
  const { type } = asked.spec
  const changes = (row?.changed ?? []).flatMap(([, identifier, value, held]) => {
    // Texts are held as they are compared.
    if (type === 'text' && folded(value) === held) return []
    return identifier === '' ? [] : [{ identifier, value: valueOfText(value, type) }]
  })
  return { people: row?.people ?? 0, changes }
}

async function ask<Row>(
  clickhouse: ClickHouse,
  { sql, params }: Question,
  { signal }: Asked,
): Promise<Row[]> {
  const extra = { lane: 'heavy' as const, ...(signal ? { signal } : {}) }
  return ownFaults(() => clickhouse.query<Row>(sql, params, extra))
}

/** What the engine says of the query itself; that it is away is no fault of the query. */
async function ownFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof ClickHouseError)) throw cause
    throw new FailedQuery(sentenceOf(cause.message), { cause })
  }
}

const SENTENCE_CHARACTERS = 300

/** Without what is told of places in the engine and in the statement around the query. */
function sentenceOf(message: string): string {
  const [first = ''] = message.split(/ (?:In scope|in scope|: while executing|Stack trace)/)
  const whole = first.replace(/^Code: \d+\. DB::Exception: /, '').trim()
  return whole.length > SENTENCE_CHARACTERS ? `${whole.slice(0, SENTENCE_CHARACTERS)}…` : whole
}

function valueOfText(text: string, type: FormulaType): JsonValue | null {
  if (text === '') return null
  if (type === 'number') return decimalNumber(decimalFrom(text))
  if (type === 'boolean') return text === 'true'
  return type === 'date' ? new Date(Number(text)).toISOString() : text
}
