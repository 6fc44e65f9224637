/** Order lines to replay, and what they come to by a count that shares no code with the program. */
import { createReadStream, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip, gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { House } from './childProgram.ts'

/** Beside the checkout, where there is one. */
const DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
export const WHOLE_FILE = join(DATA, 'online-retail-uci', 'online_retail.csv.gz')
export const hasWholeFile = existsSync(WHOLE_FILE)

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** Revenues are texts of two decimals, as the file's own README gives them. */
export type Figures = {
  lines: number
  revenue: string
  clean: { customers: number; orders: number; revenue: string }
  france: { customers: number; orders: number; revenue: string }
}

/** Writes the first `count` lines of the real file, or as many made-up ones where it is missing. */
export async function writeRetailPart(
  directory: string,
  count: number,
): Promise<{ file: string; figures: Figures }> {
  const lines = hasWholeFile ? await firstLines(count) : madeUpLines(count)
  const text = `${[HEADER, ...lines].join('\n')}\n`
  const file = join(directory, 'online_retail.csv.gz')
  writeFileSync(file, gzipSync(text))
  return { file, figures: countOf(text) }
}

async function firstLines(count: number): Promise<string[]> {
  const input = createReadStream(WHOLE_FILE)
  const lines: string[] = []
  for await (const line of createInterface({ input: input.pipe(createGunzip()) })) {
    if (lines.push(line) > count) break
  }
  input.destroy()
  return lines.slice(1)
}

function madeUpLines(count: number): string[] {
  let state = 42
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  return Array.from({ length: count }, (_, i) => {
    const order = Math.floor(i / 18)
    const invoice = `${order % 11 === 0 ? 'C' : ''}${500_000 + order}`
    const quantity = (order % 11 === 0 ? -1 : 1) * (1 + below(24))
    const price = (below(20) === 0 ? 0 : below(2_000) / 100).toFixed(2)
    const customer = order % 4 === 0 ? '' : `${12_000 + ((order * 7) % 300)}.0`
    const country = order % 9 === 0 ? 'France' : 'United Kingdom'
    const day = String(1 + (order % 28)).padStart(2, '0')
    // One line in six is of a few popular things, so that the same people buy two of them.
    const sku = `S${below(below(6) === 0 ? 6 : 3_000)}`
    return `${invoice},${sku},"A, ${i}",${quantity},2011-03-${day} 10:00:00,${price},${customer},${country}`
  })
}

type Line = Record<'InvoiceNo' | 'Quantity' | 'UnitPrice' | 'CustomerID' | 'Country', string>

function countOf(text: string): Figures {
  const lines = parse(text, { columns: true }) as Line[]
  const clean = lines.filter(
    ({ InvoiceNo, Quantity, UnitPrice, CustomerID }) =>
      CustomerID !== '' &&
      !InvoiceNo.startsWith('C') &&
      Number(Quantity) > 0 &&
      Number(UnitPrice) > 0,
  )
  return {
    lines: lines.length,
    revenue: revenueOf(lines),
    clean: summary(clean),
    france: summary(clean.filter(({ Country }) => Country === 'France')),
  }
}

const summary = (lines: readonly Line[]) => ({
  customers: new Set(lines.map(({ CustomerID }) => CustomerID)).size,
  orders: new Set(lines.map(({ InvoiceNo }) => InvoiceNo)).size,
  revenue: revenueOf(lines),
})

/** Exact: in thousandths of a penny, as whole numbers. */
function revenueOf(lines: readonly Line[]): string {
  const sum = lines.reduce(
    (total, { Quantity, UnitPrice }) => total + BigInt(Quantity) * thousandths(UnitPrice),
    0n,
  )
  return (Math.round(Number(sum) / 1_000) / 100).toFixed(2)
}

const thousandths = (price: string) => BigInt(Math.round(Number(price) * 100_000))

const NOT_GUEST = { property: 'guest', op: 'equals', value: false }
const CLEAN = [
  NOT_GUEST,
  { property: 'cancelled', op: 'equals', value: false },
  { property: 'quantity', op: 'greater', value: 0 },
  { property: 'price', op: 'greater', value: 0 },
]
const FRENCH = { property: 'country', op: 'equals', value: 'France' }

/** The same figures, asked back from the API. */
export async function askFigures(house: Pick<House, 'get'>): Promise<Figures> {
  const ask = async (measure: string, where: readonly object[], property?: string) => {
    const query = new URLSearchParams({
      event: 'Order Line',
      measure,
      where: JSON.stringify(where),
    })
    if (property) query.set('property', property)
    const { status, body } = await house.get(`/insights/measure?${query}`)
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body as { value: number; exact: string }
  }
  const summary = async (where: readonly object[]) => ({
    customers: (await ask('people', where)).value,
    orders: (await ask('distinct', where, 'order_id')).value,
    revenue: twoDecimals((await ask('sum', where, 'revenue')).exact),
  })
  return {
    lines: (await ask('count', [])).value,
    revenue: twoDecimals((await ask('sum', [], 'revenue')).exact),
    clean: await summary(CLEAN),
    france: await summary([...CLEAN, FRENCH]),
  }
}

const twoDecimals = (exact: string) => (Math.round(Number(exact) * 100) / 100).toFixed(2)
