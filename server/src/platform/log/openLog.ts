import type { Config } from '../config.ts'
import { openKafkaLog } from './kafka/kafkaLog.ts'
import type { Log } from './log.ts'
import { openPostgresLog, type PostgresLogOptions } from './postgresLog.ts'

/** Opens the event log where the settings say it is: on Kafka, or in PostgreSQL. */
export function openLog(
  { kafkaBrokers, kafkaTopicPrefix }: Pick<Config, 'kafkaBrokers' | 'kafkaTopicPrefix'>,
  options: PostgresLogOptions,
): Promise<Log> {
  if (kafkaBrokers === null) return openPostgresLog(options)
  return openKafkaLog({ ...options, brokers: kafkaBrokers, topicPrefix: kafkaTopicPrefix })
}
