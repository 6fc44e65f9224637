import type { Deps } from '../platform/deps.ts'
import { MINUTE_MS } from '../platform/durations.ts'

export type SourceVolume = {
  firstEventAt: Date | null
  /** To the minute. */
  lastEventAt: Date | null
  events24h: number
  rejected24h: number
  /** Accepted events of the last 60 minutes, oldest first; the last one is the current minute. */
  perMinute: number[]
  /** Accepted events of the last 24 hours, oldest first; the last one ends with this minute. */
  perHour: number[]
}

const MINUTES = 60
const HOURS = 24

type VolumeRow = {
  source: number
  age_minutes: number | null
  age_hours: number | null
  accepted: number
  rejected: number
}

/** What arrived lately at each of the sources, from the minute counts of the intake. */
export async function readVolumes(
  deps: Pick<Deps, 'postgres' | 'clock'>,
  question: { workspace: number; sources: number[] },
): Promise<(source: number) => SourceVolume> {
  const thisMinute = Math.floor(deps.clock.now() / MINUTE_MS) * MINUTE_MS
  const values = [question.workspace, question.sources]
  const [spans, rows] = await Promise.all([
    deps.postgres.query<{ source: number; first: Date | null; last: Date | null }>(
      `SELECT source, min(minute) AS first, max(minute) AS last FROM intake_minute
       WHERE workspace = $1 AND source = ANY($2) AND accepted > 0 GROUP BY source`,
      values,
    ),
    deps.postgres.query<VolumeRow>(VOLUMES, [...values, new Date(thisMinute)]),
  ])
  return (source) => {
    const span = spans.find((row) => row.source === source)
    const own = rows.filter((row) => row.source === source)
    return volumeOf(own, { first: span?.first ?? null, last: span?.last ?? null })
  }
}

// Minutes of the future (a clock that was stepped back) count as the current one.
const VOLUMES = `
  WITH recent AS (
    SELECT source, accepted, rejected,
           greatest(0, extract(epoch FROM $3::timestamptz - minute) / 60)::int AS age
    FROM intake_minute
    WHERE workspace = $1 AND source = ANY($2) AND minute > $3::timestamptz - interval '24 hours'
  )
  SELECT source, age AS age_minutes, NULL::int AS age_hours,
         sum(accepted) AS accepted, sum(rejected) AS rejected
  FROM recent WHERE age < 60 GROUP BY source, age
  UNION ALL
  SELECT source, NULL, age / 60, sum(accepted), sum(rejected)
  FROM recent GROUP BY source, age / 60`

function volumeOf(
  rows: readonly VolumeRow[],
  span: { first: Date | null; last: Date | null },
): SourceVolume {
  const perMinute = Array<number>(MINUTES).fill(0)
  const perHour = Array<number>(HOURS).fill(0)
  let events24h = 0
  let rejected24h = 0
  for (const row of rows) {
    if (row.age_minutes !== null) perMinute[MINUTES - 1 - row.age_minutes] = row.accepted
    if (row.age_hours === null) continue
    perHour[HOURS - 1 - row.age_hours] = row.accepted
    events24h += row.accepted
    rejected24h += row.rejected
  }
  return {
    firstEventAt: span.first,
    lastEventAt: span.last,
    events24h,
    rejected24h,
    perMinute,
    perHour,
  }
}
