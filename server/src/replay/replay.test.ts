import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../platform/clock.ts'
import { messageIdOf, type ReadTotals, type ReplayEvent, replayBatches } from './batches.ts'
import { cdnow, type Format, formatOf, onlineRetail } from './formats.ts'
import { replayFile } from './run.ts'
import { wallClockOf } from './zonedTime.ts'

const RETAIL = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,"HEART, WHITE ""HANGING""",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,LANTERN,3,2011-07-01 08:26:00,0.1,17850.0,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom
536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom
536415,22139,,lots,2010-12-01 11:52:00,0.0,,United Kingdom
`
const CDNOW = ` customer_id  date number_of_cds  dollar_value
 00001 19970101  1   11.77
 00002 19970112  5   77.00
`

const newTotals = (): ReadTotals => ({ lines: 0, skipped: new Map() })

async function read(format: Format, text: string, totals = newTotals()): Promise<ReplayEvent[]> {
  const input = Readable.from([Buffer.from(text)])
  const events: ReplayEvent[] = []
  for await (const batch of replayBatches({ format, fileName: 'f.csv', input, totals })) {
    events.push(...batch)
  }
  return events
}

describe('the online-retail format', () => {
  it('makes one order line of each line, in UTC, under the customer’s number', async () => {
    const events = await read(onlineRetail, RETAIL)
    expect(events[0]).toMatchObject({
      type: 'track',
      event: 'Order Line',
      userId: '17850',
      timestamp: '2010-12-01T08:26:00.000Z',
      properties: {
        order_id: '536365',
        sku: '85123A',
        product_name: 'HEART, WHITE "HANGING"',
        quantity: 6,
        price: 2.55,
        revenue: 15.3,
        country: 'United Kingdom',
        cancelled: false,
        guest: false,
      },
    })
    // British summer time is an hour ahead, and three times ten pence is thirty.
    expect(events[1]).toMatchObject({
      timestamp: '2011-07-01T07:26:00.000Z',
      properties: { revenue: 0.3 },
    })
  })

  it('tells cancellations and guests', async () => {
    const [, , cancelled, guest] = await read(onlineRetail, RETAIL)
    expect(cancelled?.properties).toMatchObject({ cancelled: true, quantity: -1, revenue: -27.5 })
    expect(guest).toMatchObject({ anonymousId: 'guest-536414', properties: { guest: true } })
    expect(guest).not.toHaveProperty('userId')
  })

  it('counts each line it cannot read under a reason, and goes on', async () => {
    const totals = newTotals()
    const events = await read(onlineRetail, RETAIL, totals)
    expect(totals.lines).toBe(5)
    expect(events).toHaveLength(4)
    expect([...totals.skipped]).toEqual([['Quantity or UnitPrice is not a number', 1]])
  })
})

describe('the cdnow format', () => {
  it('makes one order of each line, at noon of its day', async () => {
    const events = await read(cdnow, CDNOW)
    expect(events).toHaveLength(2)
    expect(events[1]).toMatchObject({
      event: 'Order Completed',
      userId: '00002',
      timestamp: '1997-01-12T12:00:00.000Z',
      properties: { quantity: 5, total: 77, revenue: 77, currency: 'USD' },
    })
  })
})

describe('replayBatches', () => {
  it('gives a line the same message id each time, and equal lines different ones', async () => {
    const first = await read(cdnow, CDNOW)
    const second = await read(cdnow, CDNOW)
    expect(second.map((event) => event.messageId)).toEqual(first.map((event) => event.messageId))
    const ids = [
      messageIdOf('a.csv', 2, 'x'),
      messageIdOf('a.csv', 3, 'x'),
      messageIdOf('b.csv', 2, 'x'),
      messageIdOf('a.csv', 2, 'y'),
    ]
    expect(new Set(ids).size).toBe(4)
  })

  it('cuts at 500 events and at 450 KB', async () => {
    const long = 'x'.repeat(3_000)
    const line = (i: number, text: string) => `${i},s,${text},1,2011-01-01 10:00:00,1,1.0,France\n`
    const header = RETAIL.slice(0, RETAIL.indexOf('\n') + 1)
    const short = Array.from({ length: 1_001 }, (_, i) => line(i, 'y')).join('')
    const heavy = Array.from({ length: 400 }, (_, i) => line(i, long)).join('')
    const sizes: number[] = []
    const source = { format: onlineRetail, fileName: 'f', totals: newTotals() }
    const input = Readable.from([Buffer.from(header + short + heavy)])
    for await (const batch of replayBatches({ ...source, input })) {
      sizes.push(batch.length)
      const body = JSON.stringify({ batch, sentAt: new Date(0).toISOString() })
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(450_000)
    }
    expect(sizes.slice(0, 2)).toEqual([500, 500])
    expect(sizes.length).toBeGreaterThan(4)
    expect(sizes.reduce((a, b) => a + b)).toBe(1_401)
  })

  it('refuses a file whose header is another', async () => {
    await expect(read(onlineRetail, 'a,b\n1,2\n')).rejects.toThrow('online-retail')
  })

  it('recognises a file by its first line', () => {
    expect(formatOf(RETAIL.split('\n', 1)[0] ?? '')).toBe(onlineRetail)
    expect(formatOf(CDNOW.split('\n', 1)[0] ?? '')).toBe(cdnow)
    expect(formatOf('id,name')).toBeNull()
  })
})

describe('wallClockOf', () => {
  const london = wallClockOf('Europe/London')
  it.each([
    { description: 'winter time', text: '2011-03-27 00:59:00', utc: '2011-03-27T00:59:00.000Z' },
    { description: 'summer time', text: '2011-03-27 02:00:00', utc: '2011-03-27T01:00:00.000Z' },
    { description: 'the skipped hour', text: '2011-03-27 01:30', utc: '2011-03-27T01:30:00.000Z' },
    { description: 'the doubled hour', text: '2011-10-30 01:30', utc: '2011-10-30T00:30:00.000Z' },
    { description: 'winter again', text: '2011-10-30 02:00:00', utc: '2011-10-30T02:00:00.000Z' },
  ])('reads London clocks in $description', ({ text, utc }) => {
    const instant = london(text)
    expect(instant === null ? null : new Date(instant).toISOString()).toBe(utc)
  })

  it.each(['', '2011-02-30 10:00:00', '2011-13-01 10:00:00', '01/12/2010 08:26', 'soon'])(
    'finds no time in "%s"',
    (text) => {
      expect(london(text)).toBeNull()
    },
  )
})

describe('replayFile', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('sends a compressed file once although the server drops a connection in between', async () => {
    const taken = new Set<string>()
    let requests = 0
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      requests += 1
      if (requests === 1) return request.socket.destroy()
      const body = Buffer.concat(chunks)
      const text = request.headers['content-encoding'] ? gunzipSync(body) : body
      const { batch } = JSON.parse(text.toString()) as { batch: ReplayEvent[] }
      for (const event of batch) taken.add(event.messageId)
      response.end('{"success":true}')
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const file = join(folder, 'retail.csv.gz')
    await writeFile(file, gzipSync(RETAIL))
    const progress: number[] = []
    const totals = await replayFile({
      file,
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      writeKey: 'k',
      formatName: null,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: ({ bytesRead, bytesTotal }) => progress.push(bytesRead / bytesTotal),
    })
    server.closeAllConnections()
    server.close()
    expect(totals).toMatchObject({ format: 'online-retail', lines: 5, accepted: 4 })
    expect(taken.size).toBe(4)
    expect(requests).toBe(2)
    expect(progress.at(-1)).toBe(1)
  })
})

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const cdnowFile = join(shared, 'cdnow/CDNOW_master.txt')
const reason = existsSync(cdnowFile) ? '' : ' (skipped: the file is not on this machine)'

describe('the real files', () => {
  it.skipIf(reason !== '')(`CDNOW master gives its published totals${reason}`, async () => {
    const { readFile } = await import('node:fs/promises')
    const events = await read(cdnow, await readFile(cdnowFile, 'utf8'))
    const sum = (name: string) =>
      events.reduce((total, event) => total + Math.round(Number(event.properties[name]) * 100), 0)
    expect(events).toHaveLength(69_659)
    expect(new Set(events.map((event) => event.userId)).size).toBe(23_570)
    expect(sum('quantity') / 100).toBe(167_881)
    expect(sum('revenue') / 100).toBe(2_500_315.63)
  })
})
