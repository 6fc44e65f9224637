/**
 * privacy: what people said yes or no to.
 * In: consent facts of events (through the flow) and of `POST /consents` (through the log).
 * Out: a decision for a profile, a purpose and a channel; the answers in force; the ledger.
 * Always: the ledger only grows; the answer in force depends on the set of facts alone, not on
 * their order; of two answers of the same instant the refusal stands; answers belong to
 * identifiers, so merging and unmerging profiles needs no change here; on a device each of those
 * whose it was in turn keeps their own last word.
 */
export { consentOfControl, consentsOfEvent } from './consent.ts'
export {
  consentsOfProfile,
  decideConsents,
  followOwners,
  writeConsents,
} from './ledger.ts'
export { DEFAULT_PURPOSE, ensurePurposes } from './purposes.ts'
export { privacyRoutes } from './routes.ts'
export {
  type ConsentFact,
  type ConsentRow,
  ConsentWord,
  LocalText,
  type Purpose,
} from './schema.ts'
export { type Standing, standings } from './standing.ts'
