/**
 * The demo: "Maison Lorival", a made-up French retailer of home textiles with a web shop, twelve
 * shops with tills, loyalty cards, a newsletter, a help desk and an application.
 *
 * Enters: a seed, a size and the instant at which the history ends.
 * Leaves: intake requests in time order, and the truth about who is who.
 * Always: the same options give the same bytes; nobody in it exists, and no address or number in it
 * reaches anybody (domains, phone prefixes and networks kept for examples); everything goes in by
 * the public intake, never by a door of its own.
 */
export { type Intake, sendBatch } from './intakeClient.ts'
export { demoLabels } from './labels.ts'
export { DEMO_SOURCES } from './life.ts'
export { openLiveShop } from './live.ts'
export { inFlight, loadDemo } from './load.ts'
export { demoReceiverRoutes, RECEIVER_PATH } from './receiver.ts'
export { DEMO_DEFAULTS, type DemoOptions, generateDemo } from './requests.ts'
export { demoAudience, demoDestinations } from './segments.ts'
