/**
 * resolve: whose an event is. What enters: new events that count. What leaves: for each the
 * identifier that owns it, and which identifiers and devices now belong to another profile. What
 * always holds: components are a function of the evidence, not of its order of arrival; each link
 * and each refused link is kept with its reason; devices follow logins and are never joined.
 */
export { EVIDENCE_KINDS } from './components.ts'
export { applyDecision, type IdentityDecision } from './decisions.ts'
export {
  type Identified,
  type Identifier,
  identifiersOf,
  identifierText,
  parseIdentifier,
} from './identifiers.ts'
export {
  CLAIM_MS,
  changedOwners,
  decodeLogins,
  type Login,
  ownerAt,
  ownershipDiffers,
  soleOwner,
} from './logins.ts'
export { type NamespaceRow, type Namespaces, namespacesFrom } from './namespaces.ts'
export { devicesJoin, OWNER } from './ownerSql.ts'
export { loadRegion, replayRegion } from './region.ts'
export {
  type Arrival,
  type DeviceChange,
  type EventPlace,
  type IdentityPlace,
  type Resolution,
  resolveEvents,
} from './resolve.ts'
export {
  assertLogins,
  assertProfiles,
  devicesOfOwners,
  findIdentifiers,
  findIdentifiersById,
  identifiersOfProfiles,
  type Registered,
} from './store.ts'
export { type Surroundings, surroundingsAt, surroundingsOf } from './surroundings.ts'
