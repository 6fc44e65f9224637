/**
 * deliver: what leaves the house.
 * In: transitions of segments, which the flow wrote to the outbox in its own transaction.
 * Out: signed messages to destinations, and a log of each with every request and answer.
 * Always:
 * - A transition and a destination make one delivery, once; its idempotency key and `webhook-id`
 *   are the same for every attempt, every replay and every worker.
 * - Consent is read when a delivery is made and again, in a transaction, before each attempt (I8).
 *   What is refused never leaves and stays visible with its reason.
 * - Deliveries of one profile to one destination go in order; a destination that is slow or down
 *   holds up nobody else.
 * - No request reaches an address outside the public internet unless the settings allow it.
 */
export type { ProfileView, Transition } from './cloudEvent.ts'
export type { ReadProfile } from './context.ts'
export type { ProfileNames } from './deliveryRoutes.ts'
export { type Outgoing, openOutgoing } from './outgoing.ts'
export { deliverRoutes } from './routes.ts'
export { type Deliver, startDeliver } from './worker.ts'
