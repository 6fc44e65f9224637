/**
 * Every sentence of the app, one catalogue a screen and a language. French is the reference: its
 * keys are the type of a message id, so a wrong id does not compile; `check:locales` holds English
 * to the same keys and placeholders.
 */
import enDeliveries from '../locales/en/deliveries.json'
import enDesign from '../locales/en/design.json'
import enDestinations from '../locales/en/destinations.json'
import enEvents from '../locales/en/events.json'
import enHealth from '../locales/en/health.json'
import enHome from '../locales/en/home.json'
import enImports from '../locales/en/imports.json'
import enLists from '../locales/en/lists.json'
import enOnboarding from '../locales/en/onboarding.json'
import enPeople from '../locales/en/people.json'
import enPerson from '../locales/en/person.json'
import enPersonas from '../locales/en/personas.json'
import enSegmentPage from '../locales/en/segment-page.json'
import enSegmentations from '../locales/en/segmentations.json'
import enSegments from '../locales/en/segments.json'
import enSettings from '../locales/en/settings.json'
import enShell from '../locales/en/shell.json'
import enSignIn from '../locales/en/sign-in.json'
import enSources from '../locales/en/sources.json'
import enTraits from '../locales/en/traits.json'
import frDeliveries from '../locales/fr/deliveries.json'
import frDesign from '../locales/fr/design.json'
import frDestinations from '../locales/fr/destinations.json'
import frEvents from '../locales/fr/events.json'
import frHealth from '../locales/fr/health.json'
import frHome from '../locales/fr/home.json'
import frImports from '../locales/fr/imports.json'
import frLists from '../locales/fr/lists.json'
import frOnboarding from '../locales/fr/onboarding.json'
import frPeople from '../locales/fr/people.json'
import frPerson from '../locales/fr/person.json'
import frPersonas from '../locales/fr/personas.json'
import frSegmentPage from '../locales/fr/segment-page.json'
import frSegmentations from '../locales/fr/segmentations.json'
import frSegments from '../locales/fr/segments.json'
import frSettings from '../locales/fr/settings.json'
import frShell from '../locales/fr/shell.json'
import frSignIn from '../locales/fr/sign-in.json'
import frSources from '../locales/fr/sources.json'
import frTraits from '../locales/fr/traits.json'

const fr = {
  ...frDeliveries,
  ...frDesign,
  ...frDestinations,
  ...frEvents,
  ...frHealth,
  ...frHome,
  ...frImports,
  ...frLists,
  ...frOnboarding,
  ...frPeople,
  ...frPerson,
  ...frPersonas,
  ...frSegmentations,
  ...frSegmentPage,
  ...frSegments,
  ...frSettings,
  ...frShell,
  ...frSignIn,
  ...frSources,
  ...frTraits,
}

const en = {
  ...enDeliveries,
  ...enDesign,
  ...enDestinations,
  ...enEvents,
  ...enHealth,
  ...enHome,
  ...enImports,
  ...enLists,
  ...enOnboarding,
  ...enPeople,
  ...enPerson,
  ...enPersonas,
  ...enSegmentations,
  ...enSegmentPage,
  ...enSegments,
  ...enSettings,
  ...enShell,
  ...enSignIn,
  ...enSources,
  ...enTraits,
}

export type MessageId = keyof typeof fr

export const catalogues: { fr: Record<MessageId, string>; en: Record<string, string> } = { fr, en }
