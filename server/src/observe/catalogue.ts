/**
 * Every metric of the program, in the order in which an event meets its stage. Labels have few
 * values: never a workspace, a source, a name or anything a sender chose.
 */

export type Metric = {
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  labels?: readonly string[]
  /** Upper bounds of a histogram. */
  buckets?: readonly number[]
}

/** From a tenth of a millisecond to a minute. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]
/** From a hundredth of a second to a day: how late something is. */
const LATE = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400]
const EVENTS = [1, 10, 50, 100, 250, 500, 750, 1_000]
const shard = ['lane', 'shard'] as const

export const METRICS = {
  clientele_collect_requests_total: {
    type: 'counter',
    help: 'Requests to the intake that were answered, by HTTP status. 0: the client left before.',
    labels: ['status'],
  },
  clientele_collect_request_seconds: {
    type: 'histogram',
    help: 'Time from the head of an intake request to its answer, whatever the answer.',
    buckets: SECONDS,
  },
  clientele_collect_events_total: {
    type: 'counter',
    help: 'Events that were accepted, which means durable in the log.',
    labels: ['lane'],
  },
  clientele_collect_rejected_events_total: {
    type: 'counter',
    help: 'Events, or requests as a whole, that were rejected at the door, by reason.',
    labels: ['reason'],
  },
  clientele_collect_bytes_total: {
    type: 'counter',
    help: 'Bytes of the bodies that were accepted, after decompression.',
    labels: ['lane'],
  },
  clientele_log_append_seconds: {
    type: 'histogram',
    help: 'Time until an entry was durable in the log: waiting for its block, and writing it.',
    labels: ['lane'],
    buckets: SECONDS,
  },
  clientele_log_append_errors_total: {
    type: 'counter',
    help: 'Entries that the log did not take: overloaded (429 to the sender) or failed (503).',
    labels: ['kind'],
  },
  clientele_log_blocks_total: {
    type: 'counter',
    help: 'Groups of entries that became durable together in this process.',
    labels: shard,
  },
  clientele_log_queue_bytes: {
    type: 'gauge',
    help: 'Bytes of bodies that wait in this process until they are durable.',
  },
  clientele_log_head_position: {
    type: 'gauge',
    help: 'Last position given in a shard of the log.',
    labels: shard,
  },
  clientele_log_stored_bytes: {
    type: 'gauge',
    help: 'Bytes that the blocks of the log take in PostgreSQL, the archive not counted.',
  },
  clientele_flow_events_total: {
    type: 'counter',
    help: 'Positions of the log that this process worked off, by what became of them.',
    labels: ['outcome'],
  },
  clientele_flow_batch_events: {
    type: 'histogram',
    help: 'Events in one batch, which is one transaction.',
    labels: ['lane'],
    buckets: EVENTS,
  },
  clientele_flow_batch_seconds: {
    type: 'histogram',
    help: 'Time of a batch from its begin to its commit.',
    labels: ['lane'],
    buckets: SECONDS,
  },
  clientele_flow_stage_seconds: {
    type: 'histogram',
    help: 'Time that the batches spent in each of their stages.',
    labels: ['stage'],
    buckets: SECONDS,
  },
  clientele_flow_delay_seconds: {
    type: 'histogram',
    help: 'How old the oldest event of a batch was when the batch was committed.',
    labels: ['lane'],
    buckets: LATE,
  },
  clientele_flow_faults_total: {
    type: 'counter',
    help: 'Batches retried after a conflict, fenced off by another process, or failed.',
    labels: ['kind'],
  },
  clientele_flow_shards_held: {
    type: 'gauge',
    help: 'Shards that this process works on.',
  },
  clientele_flow_lag_events: {
    type: 'gauge',
    help: 'Events of a shard that are in the log and not applied yet.',
    labels: shard,
  },
  clientele_flow_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event of a shard that is not applied yet; 0 when there is none.',
    labels: shard,
  },
  clientele_flow_unaccounted_events: {
    type: 'gauge',
    help: 'Accepted − applied − duplicate − dead-lettered − waiting, of 24 hours. Must settle at 0.',
  },
  clientele_flow_dead_letters: {
    type: 'gauge',
    help: 'Dead letters that nobody has replayed (counted up to 100,000).',
  },
  clientele_segment_transitions_total: {
    type: 'counter',
    help: 'People who entered or left a segment, and what brought it about.',
    labels: ['change', 'cause'],
  },
  clientele_segment_definitions: {
    type: 'gauge',
    help: 'Segments by state.',
    labels: ['state'],
  },
  clientele_timers_fired_total: {
    type: 'counter',
    help: 'Profiles that were evaluated because their time had come.',
  },
  clientele_timers_late_seconds: {
    type: 'histogram',
    help: 'How late the oldest timer of a batch was when the batch was committed.',
    buckets: LATE,
  },
  clientele_timers_due_count: {
    type: 'gauge',
    help: 'Timers that are due and have not fired (counted up to 100,000).',
  },
  clientele_timers_lag_seconds: {
    type: 'gauge',
    help: 'How long the oldest timer that has not fired is overdue; 0 when there is none.',
  },
  clientele_deliver_outbox_count: {
    type: 'gauge',
    help: 'Transitions in the outbox that are not yet deliveries (counted up to 100,000).',
  },
  clientele_deliver_waiting_count: {
    type: 'gauge',
    help: 'Deliveries that wait for an attempt, by state (counted up to 100,000).',
    labels: ['state'],
  },
  clientele_deliver_lag_seconds: {
    type: 'gauge',
    help: 'How long the oldest delivery that may be attempted is due; 0 when there is none.',
  },
  clientele_deliver_attempts_total: {
    type: 'counter',
    help: 'Attempts by what became of the delivery, and by the answer (2xx, 429, timeout …).',
    labels: ['outcome', 'answer'],
  },
  clientele_deliver_attempt_seconds: {
    type: 'histogram',
    help: 'Time of an attempt until its answer, or until it was given up.',
    buckets: SECONDS,
  },
  clientele_deliver_faults_total: {
    type: 'counter',
    help: 'Rounds or attempts that were broken off because an engine did not answer.',
  },
  clientele_sink_rows_total: {
    type: 'counter',
    help: 'Rows of history written to ClickHouse, by table; copies of profiles are not counted.',
    labels: ['table'],
  },
  clientele_sink_round_seconds: {
    type: 'histogram',
    help: 'Time to write the next range of one shard to ClickHouse.',
    buckets: SECONDS,
  },
  clientele_sink_faults_total: {
    type: 'counter',
    help: 'Rounds that failed; what was not written stays to be written.',
  },
  clientele_sink_lag_events: {
    type: 'gauge',
    help: 'Positions of a shard that are applied and not yet in ClickHouse.',
    labels: shard,
  },
  clientele_sink_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest batch of a shard that is not yet in ClickHouse; 0 when there is none.',
    labels: shard,
  },
  clientele_postgres_pool_connections: {
    type: 'gauge',
    help: 'Connections of this process to PostgreSQL.',
    labels: ['state'],
  },
  clientele_postgres_pool_waiting: {
    type: 'gauge',
    help: 'Statements of this process that wait for a connection.',
  },
  clientele_postgres_database_bytes: {
    type: 'gauge',
    help: 'Bytes of the PostgreSQL database, the log included.',
  },
  clientele_engine_up: {
    type: 'gauge',
    help: '1 while a child process of ours with an engine runs. None for engines reached by URL.',
    labels: ['engine'],
  },
  clientele_engine_restarts_count: {
    type: 'gauge',
    help: 'How often an engine of ours ended by itself and was started again.',
    labels: ['engine'],
  },
  clientele_dependency_up: {
    type: 'gauge',
    help: '1 when the check of /readyz passed, else 0.',
    labels: ['check'],
  },
  clientele_disk_free_bytes: {
    type: 'gauge',
    help: 'Bytes free on the disk of DATA_DIR.',
  },
  clientele_disk_size_bytes: {
    type: 'gauge',
    help: 'Size of the disk of DATA_DIR.',
  },
  clientele_process_roles: {
    type: 'gauge',
    help: '1 for each role of this process.',
    labels: ['role'],
  },
  clientele_scrape_failures_total: {
    type: 'counter',
    help: 'Scrapes for which figures were missing because PostgreSQL gave none in time.',
  },
} as const satisfies Record<string, Metric>

type Names<Type> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['type'] extends Type ? Name : never
}[keyof typeof METRICS]

export type CounterName = Names<'counter'>
export type HistogramName = Names<'histogram'>
export type GaugeName = Names<'gauge'>
