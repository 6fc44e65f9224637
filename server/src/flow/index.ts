/** The parts of the spine; `../flow.ts` puts them in order. */
export { type EventItem, foldWorkspace } from './batch.ts'
export { advanceCursor, Fenced, lockCursor, type Position, takeShards } from './cursor.ts'
export { firstSeen } from './dedup.ts'
export {
  type Effects,
  evaluateProfile,
  inheritMemberships,
  noEffects,
  writeEffects,
} from './effects.ts'
export { type ItemReader, openItemReader } from './itemReader.ts'
export { type Item, itemsOf } from './items.ts'
export {
  OUTCOMES,
  type Outcome,
  type StoredFacts,
  unpackFacts,
  type Verdict,
  writeDeadLetters,
  writeVerdict,
} from './verdict.ts'
