/**
 * segment: who is in which group, right now. What enters: facts of changed profiles. What leaves:
 * entries and exits, and the instant at which an answer can next change by itself. What always
 * holds: the live answer equals ClickHouse's on the same events (I5); a rule that was accepted is
 * bounded, and every kind evaluates, compiles and describes itself in one file.
 */

export type { Names } from './answer.ts'
export { pauseBroken } from './broken.ts'
export { type Calendar, calendarOf } from './calendar.ts'
export type { ComputedValue } from './computed/readAll.ts'
export { computedValues } from './computedValues.ts'
export type { Touched } from './concern.ts'
export { isCustomer } from './customers.ts'
export {
  type Definitions,
  type LiveSegment,
  refreshDefinitions,
  type WorkspaceDefinitions,
} from './definitions.ts'
export { assertListUnused, resolvedRule, segmentsByList } from './directory.ts'
export { type Evaluation, evaluateSegments } from './evaluate.ts'
export { type EventFilter, eventFilter } from './eventFilter.ts'
export { type Explanation, explainRule } from './explain.ts'
export { type FillJob, startFillJob } from './fillJob.ts'
export type { FoundObjects } from './kinds/kind.ts'
export { referredNames } from './names.ts'
export { ITEM_TYPES } from './operators/index.ts'
export { PastQuery, pastOf } from './pastQuestion.ts'
export { announce } from './publish.ts'
export { segmentRoutes } from './routes.ts'
export type { Rule } from './rule.ts'
export { settingsChanger } from './settings.ts'
export { readStaff } from './staff.ts'
export { keepZones, readCalendar } from './workspaceCalendar.ts'
