/**
 * sink: history for questions. What enters: the flow's verdicts and the blocks they speak of. What
 * leaves: rows in ClickHouse: events that were applied, trait and membership changes, and copies
 * of profiles and identities. What always holds: each applied event is there exactly once, also
 * after a crash; nothing waits for it, and ClickHouse may be away for as long as the log is kept.
 */
export { copyEverything } from './everything.ts'
export { tellOldObjects } from './oldObjects.ts'
export { type Sink, startSink } from './worker.ts'
