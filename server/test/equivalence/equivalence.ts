/**
 * `npm run equivalence -- --cases 100000 [--seed S]`: I5 at length. A case is one random segment
 * and one person's random history, asked live, of ClickHouse and of a naive reading, at ten
 * instants; linked people have no naive reading. Prints what was covered, and `0 differences`.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { startBenchEngines } from '../../bench/engines.ts'
import { migrate } from '../../src/program.ts'
import { openWorldOn } from './world.ts'
import { linkedWorlds, type Played, playLinked, playSeparate, separateWorlds } from './worlds.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string' },
  },
})

function numberOf(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  process.stderr.write(`--${name} is "${text}". It takes a whole number.\n`)
  process.exit(2)
}

const wanted = numberOf('cases', values.cases)
const seed = values.seed === undefined ? randomInt(2 ** 31) : numberOf('seed', values.seed)
const say = (text: string) => process.stdout.write(`${text}\n`)

/** Worlds at a time: while one waits for ClickHouse, the other plays its history. */
const SIDE_BY_SIDE = 2

const engines = await startBenchEngines()
let begun = 0

/** The next world on databases of its own; they go with the engines. */
async function nextWorld(): Promise<Played> {
  const number = begun
  begun += 1
  const name = `world_${number}`
  const postgresUrl = await engines.postgresUrl(name)
  const clickhouse = { ...engines.clickhouse, database: name }
  await migrate({ postgresUrl, clickhouse })
  const { url: clickhouseUrl, ...clickhouseAuth } = clickhouse
  const database = { postgresUrl, clickhouseUrl, clickhouseAuth, close: async () => {} }
  const open = (clock: Parameters<typeof openWorldOn>[1]) => openWorldOn(database, clock)
  const draw = <T>(arbitrary: fc.Arbitrary<T>): T => {
    const [drawn] = fc.sample(arbitrary, { seed: seed + number, numRuns: 1 })
    return drawn as T
  }
  // Every third world is one of linked people.
  return number % 3 === 2
    ? playLinked(draw(linkedWorlds()), { open })
    : playSeparate(draw(separateWorlds()), { open })
}

let cases = 0
let worlds = 0
const differences: Played['differences'] = []
const coverage: Played['coverage'] = new Map()
const startedAt = performance.now()
say(`--seed ${seed}`)

async function playOn(): Promise<void> {
  while (cases < wanted && differences.length === 0) {
    const played = await nextWorld()
    worlds += 1
    cases += played.cases
    differences.push(...played.differences)
    for (const [kind, { cases: n, members }] of played.coverage) {
      const held = coverage.get(kind) ?? { cases: 0, members: 0 }
      coverage.set(kind, { cases: held.cases + n, members: held.members + members })
    }
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    say(`${cases} of ${wanted} cases in ${worlds} worlds, ${seconds} s`)
  }
}

try {
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, playOn))
} finally {
  await engines.stop()
}

say('')
say('answers  of which yes  kind')
for (const [kind, { cases: n, members }] of [...coverage].sort(([x], [y]) => (x < y ? -1 : 1))) {
  const share = `${((100 * members) / Math.max(n, 1)).toFixed(1)} %`
  say(`${String(n).padStart(7)}  ${share.padStart(12)}  ${kind}`)
}
say('')
for (const { text } of differences) say(text)
if (differences.length > 0) say(`Again: npm run equivalence -- --seed ${seed} --cases ${cases}`)
say(`${differences.length} differences in ${cases} cases`)
process.exit(differences.length === 0 ? 0 : 1)
