import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KafkaCluster, startKafka } from '../scripts/kafka/cluster.ts'
import { cacheDir, downloadKafka, missingForKafka } from '../scripts/kafka/download.ts'

/** Three real brokers of their own for one test file, gone with their data in the end. */
export async function startTestKafka(): Promise<KafkaCluster> {
  const cache = cacheDir(process.env)
  const missing = missingForKafka(cache)
  if (missing !== null) throw new Error(missing)
  const library = await downloadKafka(cache)
  const folder = mkdtempSync(join(tmpdir(), 'clientele-kafka-'))
  const cluster = await startKafka({ library, folder }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  return {
    ...cluster,
    stop: async () => {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
