/**
 * profile: one live document a person or account. What enters: events with the place that
 * `resolve` gave them. What leaves: documents, trait changes, and facts read over all fragments.
 * What always holds: values merge associatively and commutatively, so the order of events and the
 * moves of fragments between profiles do not change what is read.
 */
export { type Decimal, decimalFrom, decimalNumber, decimalOf, decimalText } from './decimal.ts'
export * from './document.ts'
export type { Arriving, Stream, TraitChange } from './fold.ts'
export {
  type FoldContext,
  type FoldResult,
  foldEvent,
  keptOf,
  type PropertyReader,
  propertyReader,
  saysTraits,
} from './fold.ts'
export type { Told } from './latest.ts'
export { displayName } from './name.ts'
export { OBJECTS_MAX, saidAttributes } from './objects.ts'
export { type NameKind, Registries, type Registry } from './registry.ts'
export {
  lockProfiles,
  readProfile,
  readProfiles,
  releaseProfiles,
  reserveProfiles,
  type StoredProfile,
  writeProfiles,
} from './store.ts'
export { folded, instantOf, versionKey } from './text.ts'
export {
  flatten,
  type ItemValue,
  isItemPath,
  listPath,
  type Typed,
  typed,
  typedAt,
} from './value.ts'
export { factsOf, type ObjectFacts, type ObjectsOfType, type ProfileFacts } from './view.ts'
