import type { Deps } from '../platform/deps.ts'
import { DAY_MS } from '../platform/durations.ts'
import { readWorkspace } from '../workspace/index.ts'
import type { LocalText, Names } from './answer.ts'
import { readConsumers } from './consumers.ts'
import { draftFrom } from './drafts.ts'
import { reasonText } from './faults.ts'
import { lastDays, movesByDay, movesSince, sizesBackwards } from './history.ts'
import { tree } from './kinds/index.ts'
import { namesOf } from './names.ts'
import { faultIn } from './parse.ts'
import type { Rule } from './rule.ts'
import type { SegmentRow } from './segments.ts'
import { isUnused } from './shelf.ts'

/** Days of the trend beside each segment of a list. */
export const TREND_DAYS = 30

/** Sizes and moves for the rows of a list; without history when ClickHouse is away. */
export async function viewsOf(
  deps: Deps,
  workspace: number,
  { rows, users }: { rows: readonly SegmentRow[]; users: (row: SegmentRow) => number },
) {
  const now = deps.clock.now()
  const { timeZone } = await readWorkspace(deps, workspace)
  const days = lastDays(TREND_DAYS, now, timeZone)
  const question = { workspace, timeZone, from: now - TREND_DAYS * DAY_MS }
  const segments = rows.map((row) => row.id)
  const [moves, recent, names] = await Promise.all([
    movesByDay(deps.clickhouse, { ...question, segments }).catch(() => []),
    movesSince(deps.clickhouse, { workspace, from: now - DAY_MS }).catch(() => new Map()),
    namesOf(deps, workspace),
  ])
  return rows.map((row) => ({
    id: row.public_id,
    name: { fr: row.name_fr, en: row.name_en },
    description: row.description,
    ...ruleView(row, names),
    ...shelfView(row, users(row), now),
    size: row.size,
    trend: sizesBackwards(
      days,
      row.size,
      moves.filter((one) => one.segment === row.id),
    ),
    entered24h: recent.get(row.id)?.entered ?? 0,
    left24h: recent.get(row.id)?.left ?? 0,
    state: row.state,
    reason: row.reason === null ? null : reasonText(row.reason),
    progress: row.progress,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  }))
}

const UNFINISHED = { fr: 'Brouillon à terminer', en: 'Unfinished draft' }

/** The rule in force; of what has never been published, the draft. */
function ruleView(row: SegmentRow, names: Names) {
  const draft = row.draft === null ? null : draftFrom(row.draft)
  if (row.version > 0 || !draft) {
    return { rule: row.written, draft, sentence: sentenceIn(row, names) }
  }
  const { rule, isReady } = readyRule(draft)
  return { rule: draft.rule, draft, sentence: isReady ? tree.describe(rule, names) : UNFINISHED }
}

const UNREADABLE = { fr: 'Règle illisible', en: 'Unreadable rule' }

/** What a stored rule says, also when this program can no longer read it. */
function sentenceOf(rule: Rule, names: Names): LocalText {
  return faultIn(rule) ? UNREADABLE : tree.describe(rule, names)
}

/** Of a class also what its place in the order adds, which nobody wrote. */
function sentenceIn(row: SegmentRow, names: Names) {
  const written = sentenceOf(row.written, names)
  return row.segmentation === null ? written : tree.describe(row.rule, names)
}

function readyRule({ rule, faults }: ReturnType<typeof draftFrom>) {
  return { rule: rule as SegmentRow['rule'], isReady: faults.length === 0 }
}

function segmentationOf(row: SegmentRow) {
  const { segmentation: id, segmentation_fr: fr, segmentation_en: en, class_order: order } = row
  return id === null ? null : { id, name: { fr: fr ?? '', en: en ?? '' }, order }
}

function shelfView(row: SegmentRow, users: number, now: number) {
  return {
    folder: row.folder,
    tags: row.tags,
    stays: row.stays,
    includesStaff: row.includes_staff,
    segmentation: segmentationOf(row),
    owner: row.owner === null ? null : { id: row.owner, name: row.owner_name ?? '' },
    consumers: row.destinations + users,
    unused: isUnused(row, users, now),
  }
}

export async function viewOf(deps: Deps, workspace: number, row: SegmentRow) {
  const asked = { workspace, segment: row.public_id }
  const { segments } = await readConsumers(deps.postgres, asked)
  const users = () => segments.length
  const [view] = await viewsOf(deps, workspace, { rows: [row], users })
  if (!view) throw new Error('A segment that was read has no view.')
  return view
}
