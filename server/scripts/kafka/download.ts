import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Apache Kafka as Maven Central has it. Kafka 4 needs Java 17. */
const KAFKA_VERSION = '4.1.1'
const SLF4J_VERSION = '1.7.36'
const JAVA_MIN = 17

/** Where downloads of this project are kept between runs. */
export function cacheDir(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'clientele')
}

/** What is missing to run Kafka here, in a sentence; null when all of it is there. */
export function missingForKafka(cache: string): string | null {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0)
  if (version < JAVA_MIN) {
    const found = version === 0 ? 'there is no java' : `java is of version ${version}`
    return (
      `Kafka needs Java ${JAVA_MIN} or later, and ${found}. On Debian install it with ` +
      '"sudo apt-get install openjdk-17-jre-headless".'
    )
  }
  const hasMaven = spawnSync('mvn', ['--version']).status === 0
  if (!hasMaven && !existsSync(libraryIn(cache))) {
    return (
      'Kafka is downloaded with Maven, and there is no mvn. On Debian install it with ' +
      '"sudo apt-get install maven".'
    )
  }
  return null
}

const libraryIn = (cache: string) => join(cache, `kafka-${KAFKA_VERSION}`)

/**
 * The directory that holds Kafka's libraries; downloaded from Maven Central on first use.
 * @throws a sentence with Maven's own words when the download fails.
 */
export async function downloadKafka(cache: string): Promise<string> {
  const library = libraryIn(cache)
  if (existsSync(library)) return library
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(join(cache, 'kafka-'))
  try {
    writeFileSync(join(draft, 'pom.xml'), POM)
    const lib = join(draft, 'lib')
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime']
    const { code, said } = await maven([...goal, `-DoutputDirectory=${lib}`], draft)
    if (code !== 0) {
      throw new Error(`Kafka ${KAFKA_VERSION} could not be downloaded by mvn:\n${said.trim()}`)
    }
    // Whole or not there: another process may be downloading the same.
    if (!existsSync(library)) renameSync(lib, library)
    return library
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function maven(args: readonly string[], cwd: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', ['-B', '-q', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, said }))
  })
}

const dependency = (group: string, artifact: string, version: string) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
  `<version>${version}</version></dependency>`

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>clientele</groupId><artifactId>kafka</artifactId><version>1</version>
<packaging>pom</packaging>
<dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
${dependency('org.slf4j', 'slf4j-simple', SLF4J_VERSION)}
</dependencies>
</project>
`
