import type { Config } from '../config.ts'
import type { Log } from './log.ts'
import { openPostgresLog, type PostgresLogOptions } from './postgresLog.ts'

/** Opens the event log where the settings say it is: on Kafka, or in PostgreSQL. */
export async function openLog(
  { kafkaBrokers, kafkaTopicPrefix }: Pick<Config, 'kafkaBrokers' | 'kafkaTopicPrefix'>,
  options: PostgresLogOptions,
): Promise<Log> {
  if (kafkaBrokers === null) return openPostgresLog(options)
  // Loaded only where it is asked for: Kafka's client is a quarter of the time a process loads.
  const { openKafkaLog } = await import('./kafka/kafkaLog.ts')
  return openKafkaLog({ ...options, brokers: kafkaBrokers, topicPrefix: kafkaTopicPrefix })
}
