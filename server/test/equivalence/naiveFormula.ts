import { parse } from '@marcbachmann/cel-js'
import { DAY } from './naiveCalendar.ts'
import { instant, plain } from './naiveComparison.ts'
import { micros, type Value } from './naiveEvents.ts'

/** A formula, read by its library and evaluated by what its parts are when they are met. */

/** What somebody told under a name, or what a computed trait of that name is. */
type Trait =
  | { told: unknown }
  | { made: Value | string[] | null; type: 'number' | 'date' | 'list' | 'any' }
type Traits = (name: string) => Trait
type Held = bigint | string | boolean | Date | null

type Ast = ReturnType<typeof parse>['ast']

const LIMIT = 10n ** 36n
const number = (value: bigint): bigint | null => (value < LIMIT && value > -LIMIT ? value : null)

export function naiveFormula(text: string, traits: Traits): Value | null {
  const value = valueOfPart(parse(text).ast, traits)
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' ? [...plain(value)].slice(0, 512).join('').trim() : value
}

function nameOf(ast: Ast): string | null {
  if (ast.op === 'id') return ast.args
  if (ast.op === '.') return `${nameOf(ast.args[0])}.${ast.args[1]}`
  if (ast.op !== 'call' || ast.args[0] !== 'trait') return null
  const [name] = ast.args[1]
  return name?.op === 'value' ? String(name.args) : null
}

const date = (at: number) =>
  at >= Date.UTC(1900, 0, 1) && at < Date.UTC(2300, 0, 1) ? new Date(at) : null

/** A trait as a value of a type; `null`: of whatever type it is. */
function traitAs(trait: Trait, type: string | null): Held {
  if ('made' in trait) {
    const { made, type: own } = trait
    if (Array.isArray(made)) return null
    if (own === 'date') return made === null || type === 'text' ? null : new Date(String(made))
    if (typeof made === 'bigint') return type && type !== 'number' ? null : number(made)
    const found = typeof made === 'string' ? 'text' : 'boolean'
    return type && type !== found ? null : made
  }
  const { told } = trait
  if (type === 'number') return micros(told).map(number)[0] ?? null
  if (type === 'boolean') return typeof told === 'boolean' ? told : null
  if (typeof told !== 'string') return null
  return type === 'date' ? date(instant(told)) : plain(told)
}

const isThere = (trait: Trait): boolean =>
  'made' in trait
    ? trait.made !== null
    : trait.told !== undefined &&
      trait.told !== null &&
      (typeof trait.told !== 'number' || Math.abs(trait.told) < 1e32)

const listOf = (trait: Trait): string[] | null => {
  const list = 'made' in trait ? trait.made : trait.told
  if (!Array.isArray(list)) return null
  return list.map((one) => (typeof one === 'string' ? plain(one) : String(one)))
}

function valueOfPart(ast: Ast, traits: Traits): Held {
  const name = nameOf(ast)
  if (name !== null) return traitAs(traits(name), null)
  const ask = (part: Ast) => valueOfPart(part, traits)
  switch (ast.op) {
    case 'value':
      if (typeof ast.args === 'bigint') return ast.args * 1_000_000n
      if (typeof ast.args === 'number') return micros(ast.args)[0] ?? null
      return typeof ast.args === 'string' ? spaced(ast.args) : (ast.args as boolean)
    case 'call':
      return called(ast.args[0], ast.args[1], traits)
    case 'rcall': {
      const [text, part] = [ask(ast.args[1]), ...ast.args[2].map(ask)]
      if (typeof text !== 'string' || typeof part !== 'string') return null
      if (ast.args[0] === 'contains') return text.split(part).length > 1 || part === ''
      return ast.args[0] === 'startsWith'
        ? text.slice(0, part.length) === part
        : text.slice(text.length - part.length) === part && part.length <= text.length
    }
    case 'in': {
      const [item, holder] = ast.args
      const value = ask(item)
      if (holder.op === 'list') {
        return value === null ? null : holder.args.some((one) => ask(one) === value)
      }
      const list = listOf(traits(nameOf(holder) ?? ''))
      return list?.includes(String(value).trim()) ?? null
    }
    case '?:': {
      const [condition, yes, no] = ast.args
      const chosen = ask(condition)
      return chosen === null ? null : ask(chosen ? yes : no)
    }
    case '!_': {
      const value = ask(ast.args)
      return value === null ? null : !value
    }
    case '-_': {
      const value = ask(ast.args)
      return value === null ? null : -(value as bigint)
    }
    default:
      return between(ast.op, (ast.args as [Ast, Ast]).map(ask))
  }
}

/** A written text: one space at an edge stays. */
function spaced(text: string): string {
  const words = plain(text)
  if (words === '') return text === '' ? '' : ' '
  return `${/^\s/.test(text) ? ' ' : ''}${words}${/\s$/.test(text) ? ' ' : ''}`
}

const bare = (value: Held) => (value instanceof Date ? value.getTime() : value)

function between(op: string, [a = null, b = null]: Held[]): Held {
  const [x, y] = [bare(a), bare(b)]
  if (op === '&&')
    return x === false || y === false ? false : x === null || y === null ? null : true
  if (op === '||') return x === true || y === true ? true : x === null || y === null ? null : false
  if (x === null || y === null) return null
  if (op === '==') return x === y
  if (op === '!=') return x !== y
  if (op === '<') return x < y
  if (op === '<=') return x < y || x === y
  if (op === '>') return x > y
  if (op === '>=') return x > y || x === y
  if (typeof x === 'string') return `${x}${String(y)}`
  const [m, n] = [x as bigint, y as bigint]
  if (op === '+') return number(m + n)
  if (op === '-') return number(m - n)
  if (op === '*') return number((m * n) / 1_000_000n)
  return n === 0n ? null : number((m * 1_000_000n) / n)
}

function called(name: string, parts: readonly Ast[], traits: Traits): Held {
  const [first] = parts
  const trait = first && nameOf(first)
  if (name === 'has') return isThere(traits(trait ?? ''))
  if (['number', 'text', 'boolean', 'date'].includes(name)) {
    if (trait) {
      const read = traitAs(traits(trait), name)
      // A computed number is written as a text.
      const made = name === 'text' ? traitAs(traits(trait), null) : null
      return typeof made === 'bigint' && isNumberOnly(traits(trait)) ? written(made) : read
    }
    if (name === 'text') {
      const value = valueOfPart(first as Ast, traits)
      return value === null ? null : written(value as bigint)
    }
    return new Date(parisStart(String((first as Ast).args)))
  }
  const values = parts.map((part) => valueOfPart(part, traits))
  if (name === 'coalesce') return values.find((one) => one !== null) ?? null
  if (values.includes(null)) return null
  const [x, y] = values
  if (name === 'min' || name === 'max') {
    const sorted = [...values].sort((p, q) => ((bare(p) ?? 0) < (bare(q) ?? 0) ? -1 : 1))
    return (name === 'min' ? sorted[0] : sorted.at(-1)) ?? null
  }
  if (name === 'size') return BigInt(Array.from(x as string).length) * 1_000_000n
  if (x instanceof Date) return ofDates(name, x, y as Date)
  return ofNumber(name, x as bigint, Number(y ?? 0n) / 1e6)
}

/** Measures and the like are numbers whatever was told. */
const isNumberOnly = (trait: Trait) => 'made' in trait && trait.type === 'number'

function written(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(7, '0')
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/0+$/, '').replace(/\.$/, '')
  return `${value < 0n ? '-' : ''}${text}`
}

function ofNumber(name: string, value: bigint, digits: number): bigint {
  const size = value < 0n ? -value : value
  if (name === 'abs') return size
  const step = name === 'round' ? 10n ** BigInt(6 - digits) : 1_000_000n
  const rest = size % step
  const below = size - rest
  const sign = value < 0n ? -1n : 1n
  if (name === 'round') return sign * (rest * 2n >= step ? below + step : below)
  const isUp = (name === 'ceil') === value > 0n
  return sign * (rest > 0n && isUp ? below + step : below)
}

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  ...({ year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit' } as const),
  hourCycle: 'h23',
})

/** What clocks in Paris show, as if it were UTC; before 1990 they are an hour ahead. */
function parisian(at: Date): Date {
  if (at.getTime() < Date.UTC(1990, 0, 1)) return new Date(at.getTime() + DAY / 24)
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  return new Date(Date.UTC(part('year'), part('month') - 1, part('day'), part('hour')))
}

/** When a day begins in Paris. */
function parisStart(text: string): number {
  const midnight = Date.parse(text)
  if (text.length > 10) return midnight
  const isBefore1990 = midnight < Date.UTC(1990, 0, 1)
  const ahead = isBefore1990 ? DAY / 24 : parisian(new Date(midnight)).getTime() - midnight
  return midnight - ahead
}

function ofDates(name: string, x: Date, y: Date): bigint {
  const whole = (value: number) => BigInt(value) * 1_000_000n
  const day = (at: Date) => Math.floor(parisian(at).getTime() / DAY)
  if (name === 'daysBetween') return whole(day(y) - day(x))
  if (name === 'hoursBetween') {
    const hours = Math.floor(Math.abs(y.getTime() - x.getTime()) / (DAY / 24))
    return whole(y.getTime() < x.getTime() ? -hours : hours)
  }
  const local = parisian(x)
  const parts: Record<string, number> = {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay() || 7,
    hour: local.getUTCHours(),
  }
  return whole(parts[name] ?? 0)
}
