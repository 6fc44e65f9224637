import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionsOf, usesOf, valuesOffered } from './architecture/functions.ts'
import { cyclesIn } from './architecture/graph.ts'
import {
  isTestMaterial,
  PURE_FILES,
  PURE_LIBRARIES,
  PURE_PLATFORM,
  roomOf,
  SIDE_ROOMS,
  STAGES,
} from './architecture/rooms.ts'
import { type Import, ROOT, readSourceTree, type SourceFile } from './architecture/sourceTree.ts'

// The rules of CONTRIBUTING.md, held by a test and not by memory. Each rule answers with the places
// that break it. An exception needs a reason, here, and is reported when it is no longer needed.

const files = readSourceTree()
const byPath = new Map(files.map((file) => [file.path, file]))
const server = files.filter((file) => file.path.startsWith('server/src/'))
const shipped = server.filter((file) => !isTestMaterial(file))

/** Made-up answers for working on the pages without a server: data more than program. */
const isFixture = (file: SourceFile) => file.path.startsWith('web/dev/')

const LIMITS = {
  fileLines: 400,
  testFileLines: 600,
  functionLines: 70,
  componentLines: 100,
  columns: 100,
  quotedColumns: 120,
  parameters: 4,
  doorValues: 12,
}

/** Doors that offer more values than the limit, and why. */
const WIDE_DOORS: Record<string, string> = {
  'server/src/collect/index.ts':
    'What the program itself tells of people enters here too, for lists and for queries.',
  'server/src/profile/index.ts':
    'The document format and its values are what every later stage and the analysis read.',
  'server/src/resolve/index.ts':
    'Identifiers, logins and regions are also read by the spine, the sink and the analysis.',
  'server/src/segment/index.ts':
    'The flow evaluates, fills and pauses segments; the analysis explains and names them.',
  'server/src/flow/index.ts': 'Not a room: the parts of the spine that flow.ts puts in order.',
  'server/src/workspace/index.ts': 'Every room with routes needs access, audit, sources and masks.',
}

/** What a workspace may depend on when it runs; one more needs a reason in the pull request. */
/**
 * Of the server's, four are the tracing that an operator may switch on, and one reads the formulas
 * of computed traits (CEL, without dependencies of its own).
 */
const DEPENDENCIES_MAX = { server: 25, web: 17, sdk: 0 }

/** Circles of the web that exist at run time, and why. */
const WEB_CIRCLES: Record<string, string> = {
  'web/src/screens/':
    'A typed route names its screen, and the screen asks its route for the search.',
}

type Edge = { file: SourceFile; edge: Import; from: string; to: string }

/** Imports of the server that lead from one room to another. */
function edgesBetweenRooms(sources: readonly SourceFile[]): Edge[] {
  return sources.flatMap((file) =>
    file.imports.flatMap((edge) => {
      const from = roomOf(file.path)
      const to = edge.from.startsWith('server/src/') ? roomOf(edge.from) : null
      return from && to && from !== to ? [{ file, edge, from, to }] : []
    }),
  )
}

const shown = ({ file, edge }: Edge) => `${file.path}:${edge.line} imports ${edge.from}`

describe('rooms', () => {
  const between = edgesBetweenRooms(shipped)

  it('every folder of the server is a known room with a door', () => {
    const known = new Set([...STAGES, ...SIDE_ROOMS, 'platform', 'spine'])
    const rooms = new Set(server.map((file) => roomOf(file.path) ?? ''))
    expect([...rooms].filter((room) => !known.has(room))).toEqual([])
    const doorless = [...rooms].filter((room) => !['platform', 'spine'].includes(room))
    expect(doorless.filter((room) => !byPath.has(`server/src/${room}/index.ts`))).toEqual([])
  })

  it('every door says at its top what enters, what leaves and what always holds', () => {
    const doors = shipped.filter((file) => /^server\/src\/[^/]+\/index\.ts$/.test(file.path))
    const silent = doors.filter((file) => !file.text.startsWith('/**'))
    expect(silent.map((file) => file.path)).toEqual([])
  })

  it('a room is entered by its door only', () => {
    const deep = between.filter(
      ({ edge, to }) => !['platform', 'spine'].includes(to) && !edge.from.endsWith('/index.ts'),
    )
    expect(deep.map(shown)).toEqual([])
  })

  it('a stage imports earlier stages, side rooms and the platform', () => {
    const wrong = between.filter(({ from, to }) => {
      if (!STAGES.includes(from)) return false
      if (STAGES.includes(to)) return STAGES.indexOf(to) > STAGES.indexOf(from)
      return to === 'spine'
    })
    expect(wrong.map(shown)).toEqual([])
  })

  it('only the sink follows the spine, and only through its door', () => {
    const wrong = between.filter(
      ({ from, to, edge }) =>
        to === 'spine' && (from !== 'sink' || edge.from !== 'server/src/flow/index.ts'),
    )
    expect(wrong.map(shown)).toEqual([])
  })

  it('the platform imports no room', () => {
    expect(between.filter(({ from }) => from === 'platform').map(shown)).toEqual([])
  })

  it('no file of a test is loaded by the program', () => {
    const material = new Set(files.filter(isTestMaterial).map((file) => file.path))
    const wrong = shipped.flatMap((file) =>
      file.imports
        .filter((edge) => material.has(edge.from))
        .map((edge) => `${file.path}: ${edge.from}`),
    )
    expect(wrong).toEqual([])
  })

  it(`a door offers at most ${LIMITS.doorValues} values`, () => {
    const wide = shipped
      .filter((file) => /^server\/src\/[^/]+\/index\.ts$/.test(file.path))
      .filter((file) => valuesOffered(file, byPath) > LIMITS.doorValues)
    expect(wide.map((file) => file.path).filter((path) => !WIDE_DOORS[path])).toEqual([])
    const needed = new Set(wide.map((file) => file.path))
    expect(Object.keys(WIDE_DOORS).filter((path) => !needed.has(path))).toEqual([])
  })
})

describe('imports', () => {
  it('the server and the tag have no circle, not even of types', () => {
    const strict = files.filter((file) => !file.path.startsWith('web/'))
    expect(cyclesIn(strict, () => true)).toEqual([])
  })

  it('the web has no circle at run time but a route and its screens', () => {
    const web = files.filter((file) => file.path.startsWith('web/src/'))
    const isAllowed = (group: string[]) =>
      group.some((path) => path.endsWith('/routes.ts')) &&
      Object.keys(WEB_CIRCLES).some((start) => group.every((path) => path.startsWith(start)))
    const cycles = cyclesIn(web, (edge) => !edge.isType)
    expect(cycles.filter((group) => !isAllowed(group))).toEqual([])
  })

  it('the three workspaces meet over HTTP, never by import', () => {
    const wrong = files.flatMap((file) => {
      const own = file.path.split('/')[0]
      return file.imports
        .filter((edge) => /^(server|web|sdk)\//.test(edge.from) && !edge.from.startsWith(`${own}/`))
        .filter(() => !isTestMaterial(file) && !isFixture(file))
        .map((edge) => `${file.path}:${edge.line} imports ${edge.from}`)
    })
    expect(wrong).toEqual([])
  })

  it('nothing is called utils, helpers or common', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|misc)(\.tsx?$|\/)/
    expect(files.filter((file) => vague.test(file.path)).map((file) => file.path)).toEqual([])
  })
})

describe('pure decisions (I10)', () => {
  const pure = shipped.filter((file) => PURE_FILES.some((pattern) => pattern.test(file.path)))

  it('every pattern of a pure file finds one', () => {
    const idle = PURE_FILES.filter((pattern) => !pure.some((file) => pattern.test(file.path)))
    expect(idle.map(String)).toEqual([])
  })

  it('pure files import pure files, doors and libraries that only compute', () => {
    const isAllowed = ({ from, isType }: Import) =>
      isType ||
      PURE_LIBRARIES.includes(from) ||
      PURE_PLATFORM.includes(from) ||
      PURE_FILES.some((pattern) => pattern.test(from)) ||
      /^server\/src\/(?!platform)[^/]+\/index\.ts$/.test(from)
    const wrong = pure.flatMap((file) =>
      file.imports
        .filter((edge) => !isAllowed(edge))
        .map((edge) => `${file.path}:${edge.line} imports ${edge.from}`),
    )
    expect(wrong).toEqual([])
  })

  it('pure files wait for nothing', () => {
    const waiting = pure.filter((file) => /\basync\b|\bawait\b/.test(withoutComments(file.text)))
    expect(waiting.map((file) => file.path)).toEqual([])
  })

  it('rooms get the time and chance handed in', () => {
    const names = ['Date.now', 'Math.random', 'new Date()']
    const isEdge = (file: SourceFile) =>
      ['server/src/platform/clock.ts', 'sdk/src/env.ts'].includes(file.path)
    const rooms = files.filter((file) => /^(server|sdk)\/src\//.test(file.path))
    const wrong = rooms
      .filter((file) => !isTestMaterial(file) && !isEdge(file))
      .flatMap((file) => usesOf(file, names).map((use) => `${file.path}:${use.line} ${use.name}`))
    expect(wrong).toEqual([])
  })

  it('settings are read in one place, and by the commands', () => {
    const isEdge = (file: SourceFile) =>
      /^server\/src\/(platform\/config|main|replay|rebuild)\.ts$/.test(file.path)
    const wrong = shipped
      .filter((file) => !isEdge(file))
      .flatMap((file) => usesOf(file, ['process.env']).map((use) => `${file.path}:${use.line}`))
    expect(wrong).toEqual([])
  })
})

/** A text in quotes may carry its line further: cut in two, nobody could search for it. */
function isTooLong(line: string): boolean {
  const columns = [...line].length
  if (columns <= LIMITS.columns || line.includes('biome-ignore')) return false
  const isComment = /^\s*(\*|\/\/|\/\*)/.test(line)
  const hasText = isComment ? false : /(['"`/]).{30,}\1/.test(line)
  return !hasText || columns > LIMITS.quotedColumns
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
}

describe('size', () => {
  it(`a file has at most ${LIMITS.fileLines} lines, a test ${LIMITS.testFileLines}`, () => {
    const long = files
      .filter((file) => !isFixture(file))
      .filter((file) => file.lines > (file.isTest ? LIMITS.testFileLines : LIMITS.fileLines))
    expect(long.map((file) => `${file.path} has ${file.lines} lines`)).toEqual([])
  })

  it('half of the files have at most 120 lines, and 19 of 20 at most 250', () => {
    const lines = files
      .filter((file) => !file.isTest && !isFixture(file))
      .map((file) => file.lines)
      .sort((a, b) => a - b)
    const at = (share: number) => lines[Math.floor(lines.length * share)] ?? 0
    expect(at(0.5)).toBeLessThanOrEqual(120)
    expect(at(0.95)).toBeLessThanOrEqual(250)
  })

  it(`a function has at most ${LIMITS.functionLines} lines, a component ${LIMITS.componentLines}`, () => {
    const wrong = files
      .filter((file) => !isFixture(file))
      .flatMap((file) => {
        // The callback of a describe is a chapter, not a function.
        const facts = functionsOf(file).filter((one) => !file.isTest || one.name !== '(anonymous)')
        return facts
          .filter((one) => {
            const limit = one.isComponent ? LIMITS.componentLines : LIMITS.functionLines
            return one.lines > limit
          })
          .map((one) => `${file.path}:${one.line} ${one.name} has ${one.lines} lines`)
      })
    expect(wrong).toEqual([])
  })

  it(`a function has at most ${LIMITS.parameters} parameters by position`, () => {
    const wrong = files
      .filter((file) => !isFixture(file))
      .flatMap((file) =>
        functionsOf(file)
          // A row of a table of cases is spread over as many as it has columns.
          .filter((one) => !file.isTest || one.name !== '(anonymous)')
          .filter((one) => one.parameters > LIMITS.parameters)
          .map((one) => `${file.path}:${one.line} ${one.name} takes ${one.parameters}`),
      )
    expect(wrong).toEqual([])
  })

  it(`a line has at most ${LIMITS.columns} columns`, () => {
    const wrong = files
      .filter((file) => !isFixture(file))
      .flatMap((file) =>
        file.text
          .split('\n')
          .flatMap((line, index) => (isTooLong(line) ? [`${file.path}:${index + 1}`] : [])),
      )
    expect(wrong).toEqual([])
  })

  it('nothing is of type any', () => {
    const wrong = files.flatMap((file) =>
      usesOf(file, ['any']).map((use) => `${file.path}:${use.line}`),
    )
    expect(wrong).toEqual([])
  })

  it.each(Object.entries(DEPENDENCIES_MAX))('%s depends on at most %i libraries', (name, most) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    expect(Object.keys(manifest.dependencies ?? {}).length).toBeLessThanOrEqual(most)
  })
})

describe('migrations', () => {
  it.each(['postgres', 'clickhouse'])('of %s are numbered without a gap, and named', (engine) => {
    const names = readdirSync(join(ROOT, 'server', 'migrations', engine)).sort()
    expect(names.filter((name) => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name))).toEqual([])
    const numbers = names.map((name) => Number(name.slice(0, 4)))
    expect(numbers).toEqual(names.map((_, index) => index + 1))
  })
})
