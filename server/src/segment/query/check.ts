import { ALLOWED_PARTS, isAllowedFunction } from './allowed.ts'

/**
 * Whether a query reads nothing but what it is given. ClickHouse itself parses it (EXPLAIN AST,
 * which runs nothing); here every part of what it found is looked at.
 */

/** Bytes of a query, as it is written. */
export const QUERY_BYTES_MAX = 16 * 1024

/**
 * What is wrong with the text before anybody parses it: a second statement would be run by an
 * engine that takes several, and a parameter may hold what another question was asked with.
 */
export function textFault(text: string): string | null {
  if (Buffer.byteLength(text) > QUERY_BYTES_MAX) {
    return `a query has ${QUERY_BYTES_MAX / 1024} KB at most.`
  }
  if (text.includes(';')) {
    return 'a query is one statement without a semicolon; within a text write char(59) as \\x3B.'
  }
  if (/\{\s*[A-Za-z_]\w*\s*:/.test(text)) return 'a query has no parameters like {name:Type}.'
  return null
}

/** The query as it stands within another one; a comment at its end ends with its line. */
export const embedded = (text: string): string => `(\n${text}\n)`

/** What ClickHouse is asked to parse of a query. */
export const parsed = (text: string): string => `SELECT key, value FROM ${embedded(text)}`

/** Names that are taken: tables of this database, and databases. */
export type Forbidden = { tables: ReadonlySet<string>; databases: ReadonlySet<string> }

/**
 * The first fault of a query, by the lines of its syntax tree; null: it reads what it is given.
 * A name of a table is refused wherever it stands, since `x IN name` reads a table too.
 */
export function syntaxFault(lines: readonly string[], forbidden: Forbidden): string | null {
  const stack: string[] = []
  for (const line of lines) {
    const depth = line.length - line.trimStart().length
    const [part = '', name = ''] = line.trim().split(' ')
    stack.length = depth
    const holder = stack.at(-1)
    stack.push(part)
    const fault = partFault({ part, name, holder }, forbidden)
    if (fault) return fault
  }
  return null
}

function partFault(
  { part, name, holder }: { part: string; name: string; holder: string | undefined },
  { tables, databases }: Forbidden,
): string | null {
  if (part === 'Set') return 'a query has no SETTINGS.'
  if (!ALLOWED_PARTS.has(part)) return `a query cannot have a part of the kind ${part}.`
  if (part === 'Function' && holder === 'TableExpression') {
    return `a query cannot read from ${name}(…): it reads people and events.`
  }
  if (part === 'Function' && !isAllowedFunction(name)) {
    return `a query cannot call the function ${name}.`
  }
  if (part === 'TableIdentifier' || part === 'Identifier') {
    const [first = ''] = name.split('.')
    const isTable = part === 'TableIdentifier' && name.includes('.')
    if (isTable || tables.has(name) || (name.includes('.') && databases.has(first))) {
      return `a query cannot name ${name}: it reads people and events.`
    }
  }
  return null
}
