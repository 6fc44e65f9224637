import type { Admin } from '@platformatic/kafka'
import { DAY_MS } from '../../durations.ts'

const REPLICAS_MAX = 3
/** A block holds bodies of 1 MB in all, or one body; incompressible ones get a little longer. */
const RECORD_BYTES_MAX = 4 * 1024 * 1024
const ALREADY_EXISTS = 'TOPIC_ALREADY_EXISTS'

/** A topic with the id that Kafka gave it: made again it has another. */
export type TopicId = { name: string; id: string }

/**
 * Makes the log's topics where they are missing. Kafka deletes nothing of them by itself: what has
 * reached the archive is deleted by `trim`, and nothing else may be.
 * @throws when a topic is there with another number of partitions.
 */
export async function createTopics(
  admin: Admin,
  topics: readonly string[],
  partitions: number,
): Promise<TopicId[]> {
  const { brokers } = await admin.metadata({ topics: [], forceUpdate: true })
  const replicas = Math.min(REPLICAS_MAX, brokers.size)
  const settings = {
    'min.insync.replicas': replicas < REPLICAS_MAX ? '1' : '2',
    'unclean.leader.election.enable': 'false',
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    // A file that nothing of is needed any more can be deleted only when it is no longer written.
    'segment.ms': String(DAY_MS),
    'max.message.bytes': String(RECORD_BYTES_MAX),
    // By the brokers' clocks: a machine whose clock is wrong must still be able to write.
    'message.timestamp.type': 'LogAppendTime',
    'compression.type': 'producer',
  }
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value }))
  const there = await admin.listTopics()
  for (const topic of topics) {
    if (there.includes(topic)) continue
    await admin
      .createTopics({ topics: [topic], partitions, replicas, configs })
      .catch(ignoreExisting)
  }
  return confirm(admin, topics, partitions)
}

/** Another process of the installation was quicker. */
function ignoreExisting(error: unknown): void {
  const { errors } = error as { errors?: { apiId?: string }[] }
  if (!JSON.stringify(errors ?? []).includes(ALREADY_EXISTS)) throw error
}

const PATIENCE_MS = 30_000

/** Waits until every broker knows the topics. */
async function confirm(
  admin: Admin,
  topics: readonly string[],
  partitions: number,
): Promise<TopicId[]> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      const metadata = await admin.metadata({ topics: [...topics], forceUpdate: true })
      return topics.map((name) => {
        const { id = '', partitionsCount = 0 } = metadata.topics.get(name) ?? {}
        if (partitionsCount !== partitions) throw new WrongTopic(name, partitionsCount, partitions)
        return { name, id }
      })
    } catch (error) {
      if (error instanceof WrongTopic || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

class WrongTopic extends Error {
  constructor(topic: string, found: number, wanted: number) {
    super(
      `Topic ${topic} has ${found} partitions, and Clientele needs ${wanted}: a key would change ` +
        'its shard. Create the topic with as many, or let Clientele create it.',
    )
  }
}
