/**
 * Moves of people into and out of segments, as an SQL query with the columns `segment`, `person`,
 * `at`, `inside` (1 = entered), `cause` and `turn`, the order of a person's moves. It asks for the
 * parameter `workspace`, and one with the numbers of the segments.
 *
 * People are those of today: what the records that are one person now went through is one history.
 * Of it only what changed something is a move, so that entries and exits take turns. They are taken
 * in the order in which they were recorded, and a move that a late event dated back takes place no
 * earlier than the one before it: stays never overlap.
 *
 * @param people a query of the people to look at; null = everybody.
 */
export function movesOf(parameter: 'segments' | 'others', people: string | null = null): string {
  const segments = `segment IN {${parameter}:Array(UInt32)}`
  return `
  SELECT segment, person, moment AS at, inside, cause, turn FROM (
    SELECT segment, person, cause, inside, row_number() OVER course AS turn,
      max(at) OVER course AS moment,
      lagInFrame(inside, 1, 0) OVER course AS before
    FROM (
      SELECT m.segment AS segment, m.at AS at, m.cause AS cause, m.recorded_at AS recorded_at,
        m.position AS position, toUInt8(m.change = 'entered') AS inside,
        if(a.identifier = toUUID('00000000-0000-0000-0000-000000000000'), m.profile, a.profile)
          AS person
      FROM membership_change AS m
      LEFT JOIN (
        SELECT identifier, profile FROM alias FINAL
        WHERE identifier IN (
          SELECT profile FROM membership_change
          WHERE workspace = {workspace:UInt32} AND ${segments})
      ) AS a ON a.identifier = m.profile
      WHERE m.workspace = {workspace:UInt32} AND m.${segments}
        ${people === null ? '' : `AND person IN (${people})`}
    )
    WINDOW course AS (
      PARTITION BY segment, person ORDER BY recorded_at, position, at
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  )
  WHERE inside <> before`
}

/** The moves of `segments`. */
export const MOVES = movesOf('segments')

/**
 * Stays: each entry with the exit after it, as columns `segment`, `person`, `since`, `until`
 * (1970 while it lasts), `lasts` (1 or 0) and `filled`: 1 where filling the segment found the
 * person in it, so that nobody knows since when.
 */
export const STAYS = `
  SELECT segment, person, at AS since, next_at AS until, toUInt8(has_next = 0) AS lasts,
    toUInt8(cause = 'backfill') AS filled
  FROM (
    SELECT segment, person, at, inside, cause,
      leadInFrame(at, 1) OVER following AS next_at,
      leadInFrame(1, 1, 0) OVER following AS has_next
    FROM (${MOVES})
    WINDOW following AS (
      PARTITION BY segment, person ORDER BY turn
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
  )
  WHERE inside`
