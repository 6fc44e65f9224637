import { commaRows, type RowReader, spacedRows } from './rows.ts'
import { type WallClock, wallClockOf } from './zonedTime.ts'

/** The values of one line, by column name. */
export type Columns = Readonly<Record<string, string>>

/** What a line says, before it gets its message id. */
export type LineEvent = {
  type: 'track'
  event: string
  /** ISO 8601, UTC. */
  timestamp: string
  userId?: string
  anonymousId?: string
  properties: Record<string, unknown>
}

/** A kind of file: how its lines are read and which event each of them becomes. */
export type Format = {
  name: string
  description: string
  columns: readonly string[]
  rows: RowReader
  /** Makes the mapping for one run; a line it cannot read gives the reason as text. */
  open(): (columns: Columns, line: number) => LineEvent | string
}

/** UCI "Online Retail": one order line a row, British time, guests without a customer number. */
export const onlineRetail: Format = {
  name: 'online-retail',
  description: 'UCI "Online Retail" order lines (CSV)',
  columns: [
    'InvoiceNo',
    'StockCode',
    'Description',
    'Quantity',
    'InvoiceDate',
    'UnitPrice',
    'CustomerID',
    'Country',
  ],
  rows: commaRows,
  open: () => {
    const london = wallClockOf('Europe/London')
    return (columns) => retailLine(columns, london)
  },
}

function retailLine(columns: Columns, london: WallClock): LineEvent | string {
  const { InvoiceNo: invoice = '', CustomerID = '' } = columns
  const time = london(columns.InvoiceDate ?? '')
  const quantity = numberOf(columns.Quantity)
  const price = numberOf(columns.UnitPrice)
  if (invoice === '') return 'InvoiceNo is empty'
  if (time === null) return 'InvoiceDate is not a date'
  if (quantity === null || price === null) return 'Quantity or UnitPrice is not a number'
  // The file writes customer numbers as decimals: 17850.0
  const customer = CustomerID.replace(/\.0$/, '')
  const guest = customer === ''
  return {
    type: 'track',
    event: 'Order Line',
    timestamp: new Date(time).toISOString(),
    ...(guest ? { anonymousId: `guest-${invoice}` } : { userId: customer }),
    properties: {
      order_id: invoice,
      sku: columns.StockCode ?? '',
      product_name: columns.Description ?? '',
      quantity,
      price,
      revenue: exact(quantity * price),
      currency: 'GBP',
      country: columns.Country ?? '',
      cancelled: invoice.startsWith('C'),
      guest,
    },
  }
}

/** CDNOW: one purchase a row, by day; a day is told as its noon, the same day everywhere. */
export const cdnow: Format = {
  name: 'cdnow',
  description: 'CDNOW master file of purchases (columns separated by spaces)',
  columns: ['customer_id', 'date', 'number_of_cds', 'dollar_value'],
  rows: spacedRows,
  open: () => {
    const noon = wallClockOf('UTC')
    return (columns, line) => {
      const { customer_id: customer = '', date = '' } = columns
      const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
      const time = noon(`${day} 12:00:00`)
      const quantity = numberOf(columns.number_of_cds)
      const total = numberOf(columns.dollar_value)
      if (customer === '') return 'customer_id is empty'
      if (time === null) return 'date is not a date'
      if (quantity === null || total === null) return 'a number is missing'
      return {
        type: 'track',
        event: 'Order Completed',
        timestamp: new Date(time).toISOString(),
        userId: customer,
        properties: {
          order_id: `${customer}-${date}-${line}`,
          quantity,
          total,
          revenue: total,
          currency: 'USD',
        },
      }
    }
  },
}

export const FORMATS: readonly Format[] = [onlineRetail, cdnow]

/** The format whose columns are exactly those of the file's first line, or null. */
export function formatOf(firstLine: string): Format | null {
  const header = firstLine.replace(/^\uFEFF/, '').trim()
  const named = header.split(/[\s,]+/).join(' ')
  return FORMATS.find((format) => format.columns.join(' ') === named) ?? null
}

function numberOf(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? ''
  const value = Number(trimmed)
  return trimmed === '' || !Number.isFinite(value) ? null : value
}

/** Six decimals, the precision that values are kept with: 3 × 0.1 is 0.3. */
const exact = (value: number) => Math.round(value * 1e6) / 1e6
