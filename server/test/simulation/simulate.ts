/** `npm run simulate -- --seeds 10000 [--seed S] [--defect NAME]`: a history a seed. */
import { parseArgs } from 'node:util'
import { DEFECTS, type DefectName } from './defects.ts'
import { playSeeds, SEGMENTS } from './run.ts'
import { openStore } from './store.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    defect: { type: 'string' },
  },
})

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

const number = (name: string, text: string): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : fail(`--${name} is "${text}". It takes a whole number.`)

const names = Object.keys(DEFECTS)
if (values.defect !== undefined && !names.includes(values.defect)) {
  fail(`--defect is "${values.defect}". It takes one of ${names.join(', ')}.`)
}
const defect = values.defect === undefined ? null : DEFECTS[values.defect as DefectName]
// One seed is one history: with --seed that one alone.
const seeds =
  values.seed === undefined
    ? { first: 1, count: number('seeds', values.seeds) }
    : { first: number('seed', values.seed), count: 1 }

const REPORT_EVERY = 500
const startedAt = performance.now()
const store = await openStore(SEGMENTS)
const failures = await playSeeds(store, seeds, {
  defect,
  failuresMax: 1,
  onProgress: (played) => {
    if (played % REPORT_EVERY !== 0) return
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    process.stdout.write(`${played} histories in ${seconds} s\n`)
  },
})
await store.close()
for (const failure of failures) {
  const seed = /^Seed (\d+)/.exec(failure)?.[1]
  process.stdout.write(`${failure}\nAgain: npm run simulate -- --seed ${seed}\n`)
}
if (failures.length === 0) process.stdout.write(`${seeds.count} histories: all as they must be.\n`)
process.exit(failures.length === 0 ? 0 : 1)
