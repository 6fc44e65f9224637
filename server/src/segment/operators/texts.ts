import { RE2JS } from 're2js'
import { folded, versionKey } from '../../profile/index.ts'
import type { LocalText } from '../answer.ts'
import { presentSql } from './columns.ts'
import { expectations } from './expectations.ts'
import { listOf, type Operation, timeless, words } from './operator.ts'

function textOperation(
  test: (value: string, wanted: string) => boolean,
  sql: (column: string, wanted: string) => string,
  describe: (operand: string) => LocalText,
): Operation {
  return {
    takes: expectations.text,
    prepare: (operand) => {
      const wanted = typeof operand === 'string' ? folded(operand) : null
      return (value) =>
        timeless(value.type === 'text' && wanted !== null && test(value.folded, wanted))
    },
    toSql: ({ text, hasText }, operand, builder) => {
      const wanted = folded(String(operand))
      const holdsForDefault = test('', wanted)
      return presentSql(
        { has: hasText, value: text },
        { sql: sql(text, builder.text(wanted)), holdsForDefault },
      )
    },
    describe,
  }
}

function versionOperation(
  test: (value: string, wanted: string) => boolean,
  sign: string,
  describe: (operand: string) => LocalText,
): Operation {
  return {
    takes: expectations.version,
    prepare: (operand) => {
      const wanted = versionKey(String(operand)) ?? ''
      return (value) =>
        timeless(value.type === 'text' && value.version !== null && test(value.version, wanted))
    },
    toSql: (columns, operand, builder) => {
      const wanted = builder.text(versionKey(String(operand)) ?? '')
      return `(${columns.hasVersion} AND ${columns.version} ${sign} ${wanted})`
    },
    describe,
  }
}

const wantedItems = (operand: Parameters<Operation['prepare']>[0]): string[] =>
  listOf(operand).map((one) => folded(String(one)))

export const textOperations = {
  contains: textOperation(
    (value, wanted) => value.includes(wanted),
    (column, wanted) => `position(${column}, ${wanted}) > 0`,
    words('contient …', 'contains …'),
  ),
  startsWith: textOperation(
    (value, wanted) => value.startsWith(wanted),
    (column, wanted) => `startsWith(${column}, ${wanted})`,
    words('commence par …', 'starts with …'),
  ),
  endsWith: textOperation(
    (value, wanted) => value.endsWith(wanted),
    (column, wanted) => `endsWith(${column}, ${wanted})`,
    words('finit par …', 'ends with …'),
  ),
  /** RE2 in both engines: its time grows with the text alone, whatever the pattern. */
  matches: {
    takes: expectations.pattern,
    prepare: (operand) => {
      const pattern = RE2JS.compile(String(operand), RE2JS.CASE_INSENSITIVE)
      return (value) => timeless(value.type === 'text' && pattern.matcher(value.folded).find())
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasText} AND match(${columns.text}, ${builder.text(`(?i)${operand}`)}))`,
    describe: words('correspond à …', 'matches …'),
  },
  versionAtLeast: versionOperation(
    (value, wanted) => value >= wanted,
    '>=',
    words('est la version … ou une plus récente', 'is version … or later'),
  ),
  versionBelow: versionOperation(
    (value, wanted) => value < wanted,
    '<',
    words('est une version antérieure à …', 'is a version before …'),
  ),
  listHas: {
    takes: expectations.text,
    prepare: (operand) => {
      const wanted = folded(String(operand))
      return (value) => timeless(value.type === 'list' && value.items.includes(wanted))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasList} AND has(${columns.list}, ${builder.text(folded(String(operand)))}))`,
    describe: words('comprend …', 'includes …'),
  },
  listHasAny: {
    takes: expectations.texts,
    prepare: (operand) => {
      const wanted = new Set(wantedItems(operand))
      return (value) =>
        timeless(value.type === 'list' && value.items.some((item) => wanted.has(item)))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasList} AND hasAny(${columns.list}, ` +
      `${builder.bind('Array(String)', wantedItems(operand))}))`,
    describe: words('comprend l’un de …', 'includes any of …'),
  },
  listHasAll: {
    takes: expectations.texts,
    prepare: (operand) => {
      const wanted = wantedItems(operand)
      return (value) =>
        timeless(value.type === 'list' && wanted.every((item) => value.items.includes(item)))
    },
    toSql: (columns, operand, builder) =>
      `(${columns.hasList} AND hasAll(${columns.list}, ` +
      `${builder.bind('Array(String)', wantedItems(operand))}))`,
    describe: words('comprend tous ceux-ci : …', 'includes all of …'),
  },
} satisfies Record<string, Operation>
