import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { rawEvent } from '../collect/index.ts'
import type { ShardName } from '../platform/log/log.ts'
import type { Sql } from '../platform/postgres.ts'
import type { TraitChange } from '../profile/index.ts'
import type { Login } from '../resolve/index.ts'
import type { Folded } from './batch.ts'
import type { ToldConsent } from './consented.ts'
import type { Effects, MembershipChange, StayLine } from './effects.ts'
import type { Item } from './items.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export const OUTCOMES = ['applied', 'duplicate', 'dead_lettered', 'erased', 'not_counted'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What a batch did, for those who follow: one row, in the batch's transaction. */
export type Verdict = ShardName & {
  items: readonly Item[]
  outcomes: ReadonlyMap<Item, Outcome>
  facts: { workspace: number; folded: Folded; effects: Effects }[]
}

/** The facts as stored: what the sink writes to ClickHouse beside the events themselves. */
export type StoredFacts = {
  workspace: number
  /** Position → the event's anchor. */
  anchors: [number, string][]
  traits: (TraitChange & { position: number })[]
  memberships: MembershipChange[]
  /** Absent in what was written before there were stays. */
  stays?: StayLine[]
  /** What was said of consents apart from events. Absent in what was written before. */
  consents?: readonly ToldConsent[]
  /** Identifier, the profile it left, the profile it belongs to now. */
  moved: { identifier: string; from: string; to: string }[]
  devices: { device: string; logins: Login[] }[]
  /** Profiles whose current document must be read again. */
  profiles: string[]
}

export async function writeVerdict(sql: Sql, verdict: Verdict, now: number): Promise<void> {
  const first = verdict.items[0]?.position
  if (first === undefined) return
  const outcomes = Buffer.from(
    verdict.items.map((item) => OUTCOMES.indexOf(verdict.outcomes.get(item) ?? 'applied')),
  )
  const facts = verdict.facts.map(({ workspace, folded, effects }) =>
    storedFacts(workspace, folded, { effects, items: verdict.items }),
  )
  await insertVerdict(sql, { ...verdict, first, outcomes, facts }, now)
}

export async function insertVerdict(
  sql: Sql,
  row: ShardName & { first: number; outcomes: Buffer; facts: StoredFacts[] },
  now: number,
): Promise<void> {
  const packed = await compress(Buffer.from(JSON.stringify(row.facts)), {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  })
  await sql.query(
    `INSERT INTO verdict (lane, shard, first, count, outcomes, facts, committed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [row.lane, row.shard, row.first, row.outcomes.length, row.outcomes, packed, new Date(now)],
  )
}

export async function unpackFacts(bytes: Buffer): Promise<StoredFacts[]> {
  return JSON.parse((await decompress(bytes)).toString('utf8')) as StoredFacts[]
}

function storedFacts(
  workspace: number,
  folded: Folded,
  { effects, items }: { effects: Effects; items: readonly Item[] },
): StoredFacts {
  const anchors = items.flatMap((item): [number, string][] => {
    const place = item.kind === 'event' ? folded.places.get(item.event) : null
    return place ? [[item.position, place.anchor]] : []
  })
  return {
    workspace,
    anchors,
    traits: folded.traitChanges,
    memberships: effects.memberships,
    stays: effects.stays,
    consents: folded.told,
    moved: folded.moved,
    devices: folded.resolution.devices.map(({ device, after }) => ({ device, logins: [...after] })),
    profiles: [...folded.set.touched],
  }
}

/** Keeps what could not be applied, with its bytes and the reason, to be looked at and replayed. */
export async function writeDeadLetters(
  sql: Sql,
  verdict: Verdict,
  { poisoned, now }: { poisoned: ReadonlyMap<number, string>; now: number },
): Promise<void> {
  for (const item of verdict.items) {
    if (verdict.outcomes.get(item) !== 'dead_lettered') continue
    await sql.query(
      `INSERT INTO dead_letter (lane, shard, position, workspace, source, reason, raw, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [
        verdict.lane,
        verdict.shard,
        item.position,
        item.workspace,
        item.source,
        reasonOf(item, poisoned),
        rawOf(item),
        new Date(now),
      ],
    )
  }
}

function reasonOf(item: Item, poisoned: ReadonlyMap<number, string>): string {
  const poison = poisoned.get(item.position)
  if (poison) return poison
  return item.kind === 'unreadable' ? item.reason : 'no_usable_identifier'
}

/** As it was received: of a batch, the bytes of the one event. */
function rawOf(item: Item): Uint8Array {
  if (item.kind === 'erased') return Buffer.of()
  return item.kind === 'event' ? rawEvent(item.entry, item.event.index) : item.entry.body
}
