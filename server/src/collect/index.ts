/**
 * collect: the intake. What enters: HTTP requests of any Segment-compatible SDK, our tag, a pixel
 * or a beacon. What leaves: one log entry a request, its body whole, and typed events read back
 * from entries. What always holds: an answer of 200 means durable; every event of a request is
 * accepted, or rejected with a reason that is counted and shown; one bad event never takes its
 * batch down; reading an entry needs no clock and always gives the same events.
 */
export { type Collect, openCollect } from './collect.ts'
export { countAccepted, countOutcomes, countTaken } from './counts.ts'
export {
  type Event,
  type EventType,
  isUncounted,
  type JsonObject,
  type JsonValue,
  type SaidObject,
} from './event.ts'
export { objectsOf } from './objects.ts'
export { type OwnEvent, ownSource, type Telling, tellOwn } from './ownEvents.ts'
export { rawEvent, readEvents, withoutEvents } from './read.ts'
export { reasonTexts } from './reasons.ts'
export { reserved } from './reserved.ts'
export { collectRoutes } from './routes.ts'
export { readableWorkspaces } from './volumes.ts'
