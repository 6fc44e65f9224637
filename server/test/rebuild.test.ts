import fc from 'fast-check'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lease } from '../src/flow/cursor.ts'
import { type RebuildOptions, type RebuildReport, rebuild } from '../src/flow/rebuild.ts'
import { apartUrl } from '../src/flow/rebuiltTables.ts'
import { describeState, differencesOf } from '../src/flow/stateHash.ts'
import { runTimers } from '../src/flow/timers.ts'
import { LOG_DAYS, trimLog } from '../src/flow/trim.ts'
import { unpackFacts } from '../src/flow/verdict.ts'
import { FlowWorld } from '../src/flow/world.ts'
import { manualClock } from '../src/platform/clock.ts'
import { openPostgres, type Postgres } from '../src/platform/postgres.ts'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { forAtMost, historyOf, shuffled } from './histories.ts'
import { DAY, defineSegment, MINUTE, NOW, openStage, type Stage, type Told } from './history.ts'

let database: TestDatabase
let stage: Stage

/** On a busy machine a property is tried less often rather than for longer. */
const ENOUGH_MS = 6_000
let apart: Postgres
const logger = pino({ level: 'silent' })

beforeAll(async () => {
  database = await openTestDatabase()
  stage = await openStage(database.postgres)
  apart = openPostgres({ url: apartUrl(database.postgresUrl), connectionsMax: 3 })
  const definition = JSON.stringify({ event: 'Viewed', where: [] })
  await defineSegment(
    stage,
    { did: 'Viewed', times: { op: 'atLeast', count: 1 }, within: { days: 10 } },
    [{ definition, newest: 2, ms: 10 * DAY }],
  )
})
afterAll(async () => {
  await apart.close()
  await stage.log.close()
  await database.close()
})

type Options = {
  now?: number
  checks?: boolean
  signal?: AbortSignal
  onProgress?: RebuildOptions['onProgress']
}

function runRebuild({ now = NOW, ...options }: Options = {}): Promise<RebuildReport> {
  const { postgres, log, world } = stage
  return rebuild(
    { postgres, apart, log, clock: manualClock(now), newId: world.newId, logger },
    { checks: false, onProgress: () => {}, signal: new AbortController().signal, ...options },
  )
}

const view = (messageId: string, ids: object, daysAgo = 1): Told => ({
  receivedAt: NOW - 60 * MINUTE,
  events: [
    {
      type: 'track',
      event: 'Viewed',
      messageId,
      timestamp: new Date(NOW - daysAgo * DAY).toISOString(),
      ...ids,
    },
  ],
})

const LITTLE: Told[] = [
  view('m1', { anonymousId: 'd1' }),
  view('m2', { anonymousId: 'd1', userId: 'u1', context: { traits: { email: 'a@x.fr' } } }, 2),
  view('m3', { userId: 'u2' }),
]

async function hasSchema(): Promise<boolean> {
  const rows = await stage.postgres.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'rebuild'`)
  return rows.length > 0
}

describe('a rebuild', () => {
  it('gives the same state, ids and beginnings from any log', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf({ events: 12 }),
        fc.nat(),
        forAtMost(ENOUGH_MS, async (history, seed) => {
          await stage.play(shuffled(history, seed), [2, 5])
          await stage.postgres.query(`UPDATE membership SET entered_at = '2020-01-01'`)
          const held = () => stage.postgres.query('SELECT * FROM membership ORDER BY 1, 2, 3')
          const ids = () => stage.postgres.query('SELECT id FROM profile ORDER BY id')
          const before = [await held(), await ids()]
          const report = await runRebuild()
          expect(report.differences).toEqual([])
          expect(report.after).toBe(report.before)
          expect([await held(), await ids()]).toEqual(before)
        }),
      ),
      { numRuns: 12 },
    )
  }, 60_000)

  it('mends a damaged state and tells the sink what was wrong', async () => {
    const sound = await stage.play(LITTLE)
    const ids = await stage.postgres.query<{ id: string }>('SELECT id FROM profile')
    await stage.postgres.query('DELETE FROM profile')
    await stage.postgres.query('DELETE FROM membership')
    await stage.postgres.query('DELETE FROM profile_alias')
    await stage.postgres.query(`DELETE FROM verdict WHERE lane = 'inner'`)
    const report = await runRebuild()
    expect(report.before).not.toBe(report.after)
    expect(await stage.state()).toEqual(sound)
    const verdicts = await stage.postgres.query<{ facts: Buffer }>(
      `SELECT facts FROM verdict WHERE lane = 'inner'`,
    )
    expect(verdicts).toHaveLength(1)
    const [facts] = await unpackFacts(verdicts[0]?.facts as Buffer)
    expect(facts?.profiles.sort()).toEqual(ids.map((row) => row.id).sort())
    expect(facts?.moved).toHaveLength(1)
    expect(facts?.memberships.map((one) => one.change)).toEqual(['entered', 'entered'])
  })

  it('only compares when it is asked to check', async () => {
    await stage.play(LITTLE)
    await stage.postgres.query('DELETE FROM membership')
    const damaged = await stage.state()
    const report = await runRebuild({ checks: true })
    expect(report.differences.length).toBeGreaterThan(0)
    expect([...report.places.values()].flat()).toContain('memberships.0')
    expect(await stage.state()).toEqual(damaged)
  })

  it('first settles the timer of one who waits to leave while another has left since', async () => {
    const leaving = (id: string, inMs: number) => view(id, { userId: id }, 10 - inMs / DAY)
    await stage.play([leaving('early', 10_000), leaving('late', 20_000)])
    const { postgres, log, world } = stage
    const now = NOW + 30_000
    const timers = await postgres.query<{ profile: string; workspace: number; due: Date }>(
      'DELETE FROM timer WHERE due = (SELECT min(due) FROM timer) RETURNING *',
    )
    const later = { postgres, log, newId: world.newId, clock: manualClock(now) }
    const [cursor] = await postgres.query<Lease>(`SELECT * FROM flow_cursor WHERE lane = 'inner'`)
    await runTimers(new FlowWorld(later, { sends: true }), cursor as Lease, 10)
    for (const { profile, workspace, due } of timers) {
      await postgres.query('INSERT INTO timer (profile, workspace, due) VALUES ($1, $2, $3)', [
        profile,
        workspace,
        due,
      ])
    }
    const left = () => postgres.query('SELECT 1 FROM membership')
    expect(await left()).toHaveLength(1)
    const { differences } = await runRebuild({ checks: true, now })
    expect(differences).toEqual([])
    expect(await left()).toEqual([])
  })

  it('repeats no record and sends nothing', async () => {
    await stage.play([...LITTLE, LITTLE[0] as Told])
    const records = () =>
      stage.postgres.query(
        `SELECT (SELECT count(*) FROM verdict) AS verdicts, (SELECT count(*) FROM outbox) AS sent,
           (SELECT sum(applied + duplicate) FROM intake_minute) AS counted,
           (SELECT count(*) FROM consent) AS ledger, (SELECT count(*) FROM dedup) AS keys,
           (SELECT array_agg(position ORDER BY lane, shard) FROM flow_cursor) AS positions`,
      )
    const before = await records()
    await runRebuild()
    expect(await records()).toEqual(before)
  })

  it('changes nothing when it is cancelled', async () => {
    await stage.play(LITTLE)
    await stage.postgres.query('DELETE FROM membership')
    const damaged = await stage.state()
    const stop = new AbortController()
    const onProgress = () => stop.abort(new Error('Cancelled.'))
    await expect(runRebuild({ signal: stop.signal, onProgress })).rejects.toThrow('Cancelled.')
    expect(await stage.state()).toEqual(damaged)
    expect(await hasSchema()).toBe(false)
  })

  it('keeps the old state when a flow went on meanwhile', async () => {
    await stage.play(LITTLE)
    await stage.postgres.query('DELETE FROM membership')
    const damaged = await stage.state()
    const onProgress = async () => {
      await stage.postgres.query('UPDATE flow_cursor SET epoch = epoch + 1')
    }
    await expect(runRebuild({ onProgress })).rejects.toThrow('The flow went on')
    expect(await stage.state()).toEqual(damaged)
  })

  it('keeps memberships of segments that are paused', async () => {
    await stage.play(LITTLE)
    await stage.postgres.query(`UPDATE segment SET state = 'paused'`)
    await stage.postgres.query('UPDATE definition_version SET version = version + 1')
    const report = await runRebuild()
    await stage.postgres.query(`UPDATE segment SET state = 'live'`)
    await stage.postgres.query('UPDATE definition_version SET version = version + 1')
    expect(report.differences).toEqual([])
    expect(await stage.postgres.query('SELECT 1 FROM membership')).toHaveLength(2)
  })

  it('refuses a log with a gap and names the position', async () => {
    await stage.play(LITTLE)
    await stage.log.trim({ lane: 'live', shard: 0 }, 3)
    await stage.postgres.query('DELETE FROM log_archive')
    const before = await stage.state()
    await expect(runRebuild()).rejects.toThrow('Neither log nor archive has position 1 of live:0')
    expect(await stage.state()).toEqual(before)
  })
})

describe('the archive', () => {
  it('takes old blocks that flow and sink have passed, and only those', async () => {
    await stage.play(LITTLE)
    await stage.append([view('m4', { userId: 'u4' })])
    const { postgres, log } = stage
    const later = manualClock(NOW + LOG_DAYS * DAY + 1)
    const trim = (clock = later) => trimLog({ postgres, log, clock, logger })
    const waiting = async () =>
      (await postgres.query<{ count: number }>('SELECT count FROM log_block')).length
    const whole = await waiting()
    await postgres.query('UPDATE sink_cursor SET position = 0')
    await trim()
    expect(await waiting()).toBe(whole)
    await postgres.query(`UPDATE sink_cursor SET position = 3 WHERE lane = 'live' AND shard = 0`)
    await trim(manualClock(NOW + LOG_DAYS * DAY - 1))
    expect(await waiting()).toBe(whole)
    expect(await postgres.query(`SELECT 1 FROM verdict WHERE lane = 'live'`)).not.toEqual([])
    await trim()
    expect(stage.archived.size).toBe(whole - 1)
    // The event that no flow has applied yet stays in the log.
    expect(await waiting()).toBe(1)
    expect(await postgres.query(`SELECT 1 FROM verdict WHERE lane = 'live'`)).toEqual([])
    await stage.fold()
    expect(
      differencesOf(
        await stage.state(),
        await stage.play([...LITTLE, view('m4', { userId: 'u4' })]),
      ),
    ).toEqual([])
    await postgres.query('UPDATE sink_cursor SET position = 0')
  })

  it('I3: an event that was made a tombstone in an old block has never come', async () => {
    await fc.assert(
      fc.asyncProperty(
        historyOf({ events: 10 }),
        fc.nat(),
        forAtMost(ENOUGH_MS, async (drawn, number) => {
          const history = drawn.map((told): Told => ({ ...told, shard: 0, lane: 'live' }))
          const index = number % history.length
          const gone = idOf(history[index])
          const without = await stage.play(history.filter((told) => told !== history[index]))
          if (history.filter((told) => idOf(told) === gone).length > 1) return
          await stage.play(history)
          await stage.log.trim({ lane: 'live', shard: 0 }, history.length)
          expect(await stage.postgres.query('SELECT 1 FROM log_block')).toEqual([])
          await stage.log.erase({ lane: 'live', shard: 0 }, [index + 1])
          await runRebuild()
          const rebuilt = await describeState(stage.postgres, NOW)
          expect(Object.fromEntries(rebuilt)).toEqual(Object.fromEntries(without))
        }),
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  it('forgets the bytes of an erased event and keeps those of its neighbours', async () => {
    const events = ['secret@x.fr', 'kept@x.fr'].map((email, index) => ({
      type: 'identify',
      messageId: `e${index}`,
      userId: `u${index}`,
      traits: { email },
    }))
    await stage.play([{ receivedAt: NOW - MINUTE, events }])
    await stage.log.trim({ lane: 'live', shard: 0 }, 2)
    await stage.log.erase({ lane: 'live', shard: 0 }, [1])
    const [block] = await stage.log.read({ lane: 'live', shard: 0 }, 0, 10)
    const text = Buffer.from(block?.entries[0]?.body ?? '').toString()
    expect(text).not.toContain('secret@x.fr')
    expect(text).toContain('kept@x.fr')
  })
})

function idOf(told: Told | undefined): string {
  const [event] = told && 'events' in told ? told.events : []
  return event ? (event as { messageId: string }).messageId : JSON.stringify(told)
}
