/**
 * Statements of PGlite that are planned once and then only run: planning is most of their cost.
 * Values come out as the client `pg` reads them for the program.
 */
import { type PGlite, protocol } from '@electric-sql/pglite'
import pg from 'pg'

const { serialize } = protocol

export type Prepared = { name: string; fields: { name: string; type: number }[] }

const INT8 = 20
const types = new pg.TypeOverrides()
types.setTypeParser(INT8, (text: string) => Number(text))
const parse = (type: number) =>
  types.getTypeParser(type, 'text') as unknown as (text: string) => unknown

export async function prepare(engine: PGlite, text: string, name: string): Promise<Prepared> {
  const parts = [serialize.parse({ name, text }), serialize.describe({ type: 'S', name })]
  const messages = await talk(engine, parts)
  const said = messages.find((one) => one.name === 'rowDescription') as Described | undefined
  const fields = said?.fields ?? []
  return { name, fields: fields.map((one) => ({ name: one.name, type: one.dataTypeID })) }
}

export async function run(
  engine: PGlite,
  { name, fields }: Prepared,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const bound = values.map(parameter)
  const messages = await talk(engine, [
    serialize.bind({ statement: name, values: bound }),
    serialize.execute({}),
  ])
  return messages.flatMap((message) => {
    if (message.name !== 'dataRow') return []
    const row: Record<string, unknown> = {}
    ;(message as unknown as DataRow).fields.forEach((text, index) => {
      const { name: column, type } = fields[index] ?? { name: '', type: 0 }
      row[column] = text === null ? null : parse(type)(text)
    })
    return [row]
  })
}

type Described = { fields: { name: string; dataTypeID: number }[] }
type DataRow = { fields: (string | null)[] }

async function talk(engine: PGlite, parts: Uint8Array[]): Promise<{ name: string }[]> {
  const bytes = Buffer.concat([...parts, serialize.sync()])
  return (await engine.execProtocol(bytes)).messages as { name: string }[]
}

/** A value as PostgreSQL reads it: text, or bytes. */
function parameter(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return value
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`
  return textOf(value)
}

const textOf = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  const text =
    value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : textOf(value)
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
