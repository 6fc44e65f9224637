import type { Fixture } from './fixture-server.ts'
import { destinationFixtures } from './fixtures/destinations.ts'
import { eventFixtures } from './fixtures/events.ts'
import { healthFixtures } from './fixtures/health.ts'
import { homeFixtures } from './fixtures/home.ts'
import { profileFixtures } from './fixtures/profiles.ts'
import { segmentPageFixtures } from './fixtures/segment-page.ts'
import { segmentFixtures } from './fixtures/segments.ts'
import { sessionFixtures } from './fixtures/session.ts'
import { settingsFixtures } from './fixtures/settings.ts'
import { sourceFixtures } from './fixtures/sources.ts'
import { traitFixtures } from './fixtures/traits.ts'

/** Every invented answer; the first fixture that matches wins. One file an area. */
export const fixtures: Fixture[] = [
  ...sessionFixtures,
  ...settingsFixtures,
  ...eventFixtures,
  ...sourceFixtures,
  ...healthFixtures,
  ...homeFixtures,
  ...profileFixtures,
  // Before the segments by id: `staff` is none.
  ...segmentPageFixtures,
  ...segmentFixtures,
  ...traitFixtures,
  ...destinationFixtures,
]
