/**
 * lists: people that somebody put together. What enters: files of identifiers, and calls that add
 * or remove some. What leaves: entries of the log, which tell of each person that they are on a
 * list or no longer, and the list as a file. What always holds: who is on a list is a trait of the
 * person (ADR 8), so it follows merges and is known of any past instant; a line that cannot be
 * taken is counted with its reason; the same file again changes nothing.
 */
export { listRoutes } from './routes.ts'
