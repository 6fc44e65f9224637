import { type SourceFile, type Syntax, walk } from './sourceTree.ts'

export type FunctionFact = {
  name: string
  line: number
  lines: number
  parameters: number
  isComponent: boolean
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Every function of a file that has a body. */
export function functionsOf(file: SourceFile): FunctionFact[] {
  const facts: FunctionFact[] = []
  walk(file.syntax, (node, parent) => {
    if (!FUNCTIONS.has(node.type) || !node.body) return
    const name = nameOf(node) ?? nameOf(parent) ?? '(anonymous)'
    const parameters = node.params as Syntax[]
    const first = file.lineOf(node.start)
    facts.push({
      name,
      line: first,
      lines: file.lineOf(node.end) - first + 1,
      parameters: parameters.length,
      isComponent: file.path.endsWith('.tsx') && /^[A-Z]/.test(name),
    })
  })
  return facts
}

function nameOf(node: Syntax | null): string | null {
  const named = (node?.id ?? node?.key ?? null) as Syntax | null
  return typeof named?.name === 'string' ? named.name : null
}

/**
 * How many values a door offers; types come along with the values they describe and are not
 * counted. `export *` counts what the other file offers.
 */
export function valuesOffered(file: SourceFile, byPath: ReadonlyMap<string, SourceFile>): number {
  let count = 0
  for (const node of file.syntax.body as Syntax[]) {
    if (!node.type.startsWith('Export') || node.exportKind === 'type') continue
    if (node.type === 'ExportAllDeclaration') {
      const line = file.lineOf(node.start)
      const source = file.imports.find((one) => one.line === line)?.from
      const other = source === undefined ? undefined : byPath.get(source)
      count += other ? valuesOffered(other, byPath) : 1
    } else if (node.declaration) count += 1
    else {
      const specifiers = (node.specifiers ?? []) as Syntax[]
      count += specifiers.filter((one) => one.exportKind !== 'type').length
    }
  }
  return count
}

export type Use = { name: string; line: number }

/** Lines on which one of these expressions is called or read, like `Date.now` or `process.env`. */
export function usesOf(file: SourceFile, names: readonly string[]): Use[] {
  const uses: Use[] = []
  walk(file.syntax, (node) => {
    if (node.type === 'MemberExpression') {
      const object = node.object as Syntax
      const property = node.property as Syntax
      const name = `${String(object.name)}.${String(property.name)}`
      if (names.includes(name)) uses.push({ name, line: file.lineOf(node.start) })
    }
    // A date without arguments reads the clock.
    const isBareDate =
      node.type === 'NewExpression' &&
      (node.callee as Syntax).name === 'Date' &&
      (node.arguments as Syntax[]).length === 0
    if (isBareDate && names.includes('new Date()')) {
      uses.push({ name: 'new Date()', line: file.lineOf(node.start) })
    }
    if (node.type === 'TSAnyKeyword' && names.includes('any')) {
      uses.push({ name: 'any', line: file.lineOf(node.start) })
    }
  })
  return uses
}
