import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

/** Heap of one broker; enough for some hundred partitions. */
const HEAP = '256m'
const STARTED_MS = 120_000
const STOP_MS = 20_000

export type KafkaCluster = {
  /** `host:port` of each broker, whether it runs or not; for KAFKA_BROKERS. */
  brokers: string[]
  /** `kill -9` of one broker. */
  kill(index: number): Promise<void>
  /** Starts a broker that was killed, on its own port and data; resolves when it listens. */
  restart(index: number): Promise<void>
  /** Ends all brokers in order. */
  stop(): Promise<void>
}

type Node = { id: number; port: number; controllerPort: number; folder: string }

/**
 * Starts three brokers that are controllers as well (KRaft), on loopback only, with their data
 * under `folder`. `library`: where Kafka's jars are.
 */
export async function startKafka(place: {
  library: string
  folder: string
}): Promise<KafkaCluster> {
  const ports = await freePorts(6)
  const nodes = [0, 1, 2].map((index): Node => {
    const folder = join(place.folder, `broker-${index + 1}`)
    mkdirSync(folder, { recursive: true })
    const port = ports[index] ?? 0
    return { id: index + 1, port, controllerPort: ports[index + 3] ?? 0, folder }
  })
  const clusterId = randomBytes(16).toString('base64url')
  for (const node of nodes) writeFileSync(configOf(node), propertiesOf(node, nodes))
  await Promise.all(nodes.map((node) => format(place.library, node, clusterId)))
  const running = new Map<number, ChildProcess>()
  const start = (node: Node) => running.set(node.id, runBroker(place.library, node))
  const nodeAt = (index: number): Node => {
    const node = nodes[index]
    if (!node) throw new Error(`There is no broker ${index}; they are 0, 1 and 2.`)
    return node
  }
  const end = async (node: Node, signal: NodeJS.Signals) => {
    const child = running.get(node.id)
    running.delete(node.id)
    if (child) await endProcess(child, signal)
  }
  const stop = async () => {
    await Promise.all(nodes.map((node) => end(node, 'SIGTERM')))
  }
  try {
    for (const node of nodes) start(node)
    await Promise.all(nodes.map((node) => untilListening(node, running.get(node.id))))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    brokers: nodes.map(({ port }) => `127.0.0.1:${port}`),
    kill: (index) => end(nodeAt(index), 'SIGKILL'),
    restart: async (index) => {
      const node = nodeAt(index)
      start(node)
      await untilListening(node, running.get(node.id))
    },
    stop,
  }
}

const configOf = ({ folder }: Node) => join(folder, 'server.properties')
const logOf = ({ folder }: Node) => join(folder, 'broker.log')

function propertiesOf(node: Node, nodes: readonly Node[]): string {
  const voters = nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
  return `process.roles=broker,controller
node.id=${node.id}
controller.quorum.voters=${voters.join(',')}
listeners=PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${node.port}
controller.listener.names=CONTROLLER
log.dirs=${join(node.folder, 'data')}
auto.create.topics.enable=false
# A broker that is gone is noticed sooner than by default, which suits three on one machine.
broker.heartbeat.interval.ms=1000
broker.session.timeout.ms=4000
controller.quorum.election.timeout.ms=1000
controller.quorum.fetch.timeout.ms=2000
num.network.threads=2
num.io.threads=4
`
}

function java(library: string, args: readonly string[], logFile: string): ChildProcess {
  const output = openSync(logFile, 'a')
  const settings = [
    `-Xmx${HEAP}`,
    `-Xms${HEAP}`,
    '-XX:+UseSerialGC',
    // Short lives on few cores: the second compiler would cost more than it gives.
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Djava.awt.headless=true',
  ]
  const child = spawn('java', [...settings, '-cp', join(library, '*'), ...args], {
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  return child
}

async function format(library: string, node: Node, clusterId: string): Promise<void> {
  const args = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configOf(node)]
  const child = java(library, args, logOf(node))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`Kafka's storage could not be prepared:\n${saidBy(node)}`)
}

function runBroker(library: string, node: Node): ChildProcess {
  return java(library, ['kafka.Kafka', configOf(node)], logOf(node))
}

const saidBy = (node: Node) => readFileSync(logOf(node), 'utf8').slice(-4_000)

async function untilListening(node: Node, child: ChildProcess | undefined): Promise<void> {
  const deadline = performance.now() + STARTED_MS
  while (!(await isListening(node.port))) {
    if (!child || hasEnded(child) || performance.now() > deadline) {
      throw new Error(`Broker ${node.id} of Kafka does not start:\n${saidBy(node)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await closed
  clearTimeout(timer)
}

/** Ports that nobody listens on, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  for (let index = 0; index < count; index += 1) {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    servers.push(server)
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
