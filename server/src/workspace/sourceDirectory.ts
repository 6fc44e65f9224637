import type { Deps } from '../platform/deps.ts'
import { describeError } from '../platform/httpErrors.ts'

/** What the intake knows about the source of an event. */
export type Source = {
  id: number
  workspace: number
  publicId: string
  name: string
  kind: string
}

/** Write keys in memory: the intake asks for one with every request. */
export type SourceDirectory = {
  /** The source of a write key, from memory: null also for a key younger than two seconds. */
  find(writeKey: string): Source | null
  /** As `find`, but looks again, once, before it says that a key is unknown. */
  findFresh(writeKey: string): Source | null | Promise<Source | null>
  /** A source by its number, archived ones included; for the names of events past. */
  byId(id: number): Source | null
  /** Reads the sources again, now. */
  refresh(): Promise<void>
  close(): void
}

type Access = { source: Source; until: number | null }
type Content = { byKey: Map<string, Access>; byId: Map<number, Source> }
type Reading = Pick<Deps, 'postgres' | 'clock' | 'log'>

/** How often the sources are read again, in milliseconds: what another process changed. */
const REFRESH_EVERY_MS = 2_000
/**
 * Unknown keys make it look again at most this often: wrong keys, however many, cost four small
 * queries a second. Without that look a key made in another process a moment ago would get a 401,
 * and SDKs drop their events at a 401.
 */
const LOOK_AGAIN_AFTER_MS = 250

/** Reads all sources and keeps them current until `close`. */
export async function openSourceDirectory(deps: Reading): Promise<SourceDirectory> {
  let content = await readSources(deps)
  let readAt = deps.clock.now()
  let reading: Promise<void> | null = null

  const refresh = (): Promise<void> => {
    reading ??= readSources(deps)
      .then((fresh) => {
        content = fresh
        readAt = deps.clock.now()
      })
      .finally(() => {
        reading = null
      })
    return reading
  }
  const find = (writeKey: string): Source | null => {
    const access = content.byKey.get(writeKey)
    if (!access) return null
    return access.until === null || access.until > deps.clock.now() ? access.source : null
  }
  const lookAgain = async (writeKey: string): Promise<Source | null> => {
    // A read that began before the question may have missed what the question is about.
    if (reading) await reading
    if (Math.abs(deps.clock.now() - readAt) >= LOOK_AGAIN_AFTER_MS) await refresh()
    return find(writeKey)
  }
  // Without PostgreSQL the last known keys stay valid: the log then says what it can accept.
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => {
      deps.log.warn(
        { error: describeError(error) },
        'The sources could not be read again; the known ones stay.',
      )
    })
  }, REFRESH_EVERY_MS)
  timer.unref()

  return {
    find,
    findFresh: (writeKey) => find(writeKey) ?? lookAgain(writeKey),
    byId: (id) => content.byId.get(id) ?? null,
    refresh: async () => {
      if (reading) await reading
      await refresh()
    },
    close: () => clearInterval(timer),
  }
}

async function readSources(deps: Reading): Promise<Content> {
  const rows = await deps.postgres.query<{
    id: number
    workspace: number
    public_id: string
    name: string
    kind: string
    write_key: string
    previous_key: string | null
    previous_key_until: Date | null
    archived_at: Date | null
  }>(
    `SELECT id, workspace, public_id, name, kind, write_key,
            previous_key, previous_key_until, archived_at
     FROM source ORDER BY id`,
  )
  const content: Content = { byKey: new Map(), byId: new Map() }
  for (const row of rows) {
    const { id, workspace, name, kind } = row
    const source = { id, workspace, publicId: row.public_id, name, kind }
    content.byId.set(id, source)
    // What the program itself tells of lists comes by no intake.
    if (row.archived_at || kind === 'list') continue
    content.byKey.set(row.write_key, { source, until: null })
    if (row.previous_key && row.previous_key_until) {
      content.byKey.set(row.previous_key, { source, until: row.previous_key_until.getTime() })
    }
  }
  return content
}
