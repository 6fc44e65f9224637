import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'vite'

export const ROOT = resolve(import.meta.dirname, '..', '..', '..')

export type Import = { from: string; line: number; isType: boolean }

/** A node of the syntax tree (ESTree with TypeScript), as far as the rules look at it. */
export type Syntax = { type: string; start: number; end: number } & Record<string, unknown>

export type SourceFile = {
  /** From the root of the repository, like `server/src/flow.ts`. */
  path: string
  text: string
  lines: number
  isTest: boolean
  syntax: Syntax
  /** Imports and re-exports, dynamic ones too; relative ones as a path from the root. */
  imports: Import[]
  lineOf(offset: number): number
}

const FOLDERS = [
  'server/src',
  'server/test',
  'server/scripts',
  'server/bench',
  'server/torture',
  'web/src',
  'web/dev',
  'web/scripts',
  'sdk/src',
  'sdk/test',
]

/** Every source file of the three workspaces, parsed once. */
export function readSourceTree(): SourceFile[] {
  return FOLDERS.flatMap((folder) => listSources(folder)).map(readSource)
}

function listSources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name}`)
    .sort()
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const parsed = parseSync(path, text)
  const fault = parsed.errors[0]
  if (fault) throw new Error(`${path} cannot be parsed: ${fault.message}`)
  const lineOf = lineFinder(text)
  const syntax = parsed.program as unknown as Syntax
  return {
    path,
    text,
    lines: text.trimEnd().split('\n').length,
    isTest: /\.test\.tsx?$/.test(path),
    syntax,
    imports: importsOf(syntax, path, lineOf),
    lineOf,
  }
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function importsOf(program: Syntax, path: string, lineOf: (at: number) => number): Import[] {
  const imports: Import[] = []
  walk(program, (node) => {
    const source = node.source as Syntax | null | undefined
    if (!source || typeof source.value !== 'string' || !/Import|Export/.test(node.type)) return
    const target = source.value.replace(/\?.*$/, '')
    const from = target.startsWith('.')
      ? relative(ROOT, resolve(ROOT, dirname(path), target))
      : target
    const isType = node.importKind === 'type' || node.exportKind === 'type'
    imports.push({ from, line: lineOf(node.start), isType })
  })
  return imports
}

/** Calls back for a node and all below it, outermost first, with its parent. */
export function walk(
  node: Syntax,
  visit: (node: Syntax, parent: Syntax | null) => void,
  parent: Syntax | null = null,
): void {
  visit(node, parent)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isSyntax(child)) walk(child, visit, node)
    }
  }
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
