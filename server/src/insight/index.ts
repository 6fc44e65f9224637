/**
 * insight: questions, never changes. What enters: requests of screens and API clients. What leaves:
 * profiles, timelines, identity graphs, lists, and the picture of the flow; decisions about
 * identity leave as entries of the log. What always holds: every answer is of one workspace; who
 * may not see personal data gets masks, and cannot find out by searching what they hide; the
 * profile API reads PostgreSQL only, and ClickHouse being away makes the others a 503.
 */
export { openProfileReader, type ProfileReader } from './profileReader.ts'
export { insightRoutes } from './routes.ts'
export type { ProfileView } from './schema.ts'
