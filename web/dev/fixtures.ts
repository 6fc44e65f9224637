import type { Fixture } from './fixture-server.ts'
import { destinationFixtures } from './fixtures/destinations.ts'
import { profileFixtures } from './fixtures/profiles.ts'
import { segmentFixtures } from './fixtures/segments.ts'
import { homeFixtures } from './fixtures/home.ts'
import { sessionFixtures } from './fixtures/session.ts'

/** Every invented answer; the first fixture that matches wins. One file an area. */
export const fixtures: Fixture[] = [...sessionFixtures, ...homeFixtures, ...profileFixtures, ...segmentFixtures, ...destinationFixtures]
