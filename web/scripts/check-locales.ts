import { readdirSync, readFileSync } from 'node:fs'
import { compileMessage } from '@lingui/message-utils/compileMessage'

/**
 * Fails when a sentence is missing, empty, or has other placeholders in one of the two languages,
 * when an id is not prefixed by its own catalogue, or when no code uses it.
 */
const root = new URL('../src/locales/', import.meta.url)

function read(language: string, file: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(`${language}/${file}`, root), 'utf8'))
}

type Part = string | [name: string, kind?: string, branches?: Record<string, unknown>]

/** The arguments and tags of a message, sorted: what both languages must have alike. */
function placeholders(message: string): string {
  const names = new Set<string>()
  const walk = (parts: unknown): void => {
    for (const part of (Array.isArray(parts) ? parts : [parts]) as Part[]) {
      if (typeof part === 'string') {
        for (const tag of part.matchAll(/<(\w+)\/?>/g)) names.add(`<${tag[1]}>`)
      } else if (Array.isArray(part)) {
        names.add(part[0])
        for (const branch of Object.values(part[2] ?? {})) walk(branch)
      }
    }
  }
  walk(compileMessage(message))
  return [...names].sort().join(' ')
}

function sources(folder: URL): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'))
    .join('\n')
}

/** Ids built at run time (`shell.theme.${scheme}`) count as used by their constant beginning. */
function isUsed(id: string, code: string, beginnings: string[]): boolean {
  return (
    code.includes(`'${id}'`) ||
    code.includes(`"${id}"`) ||
    beginnings.some((one) => id.startsWith(one))
  )
}

function problemsOf(file: string, code: string, beginnings: string[]): string[] {
  const fr = read('fr', file)
  const en = read('en', file)
  const prefix = file
    .replace('.json', '')
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const problems: string[] = []
  for (const id of new Set([...Object.keys(fr), ...Object.keys(en)])) {
    const french = fr[id]
    const english = en[id]
    if (!french) problems.push(`${file}: ${id} has no French text.`)
    if (!english) problems.push(`${file}: ${id} has no English text.`)
    if (french && english && placeholders(french) !== placeholders(english)) {
      problems.push(`${file}: ${id} has other placeholders in French than in English.`)
    }
    if (!id.startsWith(`${prefix}.`)) problems.push(`${file}: ${id} must begin with "${prefix}.".`)
    if (!isUsed(id, code, beginnings)) problems.push(`${file}: ${id} is used nowhere.`)
  }
  return problems
}

const code = sources(new URL('../src/', import.meta.url))
const beginnings = [...code.matchAll(/`([a-z]\w*\.[\w.]*)\$\{/g)].map((match) => match[1] ?? '')
const files = new Set(['fr', 'en'].flatMap((language) => readdirSync(new URL(language, root))))
const problems = [...files].flatMap((file) => problemsOf(file, code, beginnings))
for (const problem of problems) console.error(problem)
console.log(`${files.size} catalogues, ${problems.length} problems.`)
process.exitCode = problems.length > 0 ? 1 : 0
