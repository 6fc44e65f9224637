/**
 * Replay: real order files as events through the public intake.
 *
 * Enters: a file of a declared format, an address and a write key.
 * Leaves: `POST /v1/batch` requests on the bulk lane, and totals.
 * Always: a message id is a function of the file's name, the line's number and its content, so a
 * replay may be stopped and repeated at will; each line is sent or counted under a reason.
 */
export { FORMATS } from './formats.ts'
export { type ReplayProgress, type ReplayTotals, replayFile } from './run.ts'
