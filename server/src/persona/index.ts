/**
 * persona: a segment with a face. What enters: what somebody wrote about the people of a segment.
 * What leaves: personas, for screens and paper; what their people have in common is asked of
 * insight. What always holds: a persona names one segment of its own workspace; its facts are
 * references to findings, never copies of numbers, so that it is as current as its segment.
 */
export { personaRoutes } from './routes.ts'
