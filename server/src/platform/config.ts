import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Every setting of the program, parsed once at start and handed down. */
export type Config = {
  port: number
  /** Address to listen on. Not every network by default: without TLS before it that is unsafe. */
  host: string
  /** Where people and SDKs reach the program from outside, without a slash at its end. */
  publicUrl: string
  /** A further path under which the intake answers (a first-party path), e.g. `/data`; or null. */
  intakePath: string | null
  /** Absolute path. */
  dataDir: string
  databaseUrl: string | null
  clickhouseUrl: string | null
  /** `host:port` of some brokers of a Kafka cluster; null: the event log is in PostgreSQL. */
  kafkaBrokers: string[] | null
  /** The topics of the event log are `<prefix>.live` and `<prefix>.bulk`. */
  kafkaTopicPrefix: string
  roles: Role[]
  adminKey: string | null
  writeKey: string | null
  /**
   * What encryption keys are derived from. Null as parsed from an environment without one; the
   * start then reads or makes the one kept under `dataDir`.
   */
  secret: string | null
  allowPrivateNetwork: boolean
  /** One private address that may be sent to all the same, to the letter; not a setting. */
  allowedAddress: string | null
  logLevel: LogLevel
  /** Where traces go, and the share of requests that is traced; null: nothing is traced. */
  tracing: { endpoint: string; ratio: number } | null
}

export type Role = 'collect' | 'flow' | 'deliver' | 'api'
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

export const ROLES: readonly Role[] = ['collect', 'flow', 'deliver', 'api']
const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent']

/** Short keys are for trials on a loopback address; whoever guesses one has everything. */
const KEY_LENGTH_MIN = 4
const SECRET_LENGTH_MIN = 32

export type Environment = Readonly<Record<string, string | undefined>>

/** Every wrong setting at once, a sentence each. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** The configuration of this process. */
export function readConfig(): Config {
  return parseConfig(process.env)
}

/**
 * Parses the environment. Each name may also be given as `NAME_FILE`, the path of a file that
 * holds the value (for secrets that an orchestrator mounts).
 * @throws ConfigError naming every wrong setting.
 */
export function parseConfig(env: Environment): Config {
  const problems: string[] = []
  const read = (name: string) => readSetting(env, name, problems)
  const port = parsePort(read('PORT'), problems)
  const host = read('HOST') ?? '127.0.0.1'
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  const config: Config = {
    port,
    host,
    publicUrl:
      parseUrl(
        { name: 'PUBLIC_URL', text: read('PUBLIC_URL'), schemes: ['http', 'https'] },
        problems,
      )?.replace(/\/+$/, '') ??
      `http://${shownHost === '127.0.0.1' ? 'localhost' : shownHost}:${port}`,
    intakePath: parsePath(read('INTAKE_PATH'), problems),
    dataDir: resolve(read('DATA_DIR') ?? './data'),
    databaseUrl: parseUrl(
      { name: 'DATABASE_URL', text: read('DATABASE_URL'), schemes: ['postgres', 'postgresql'] },
      problems,
    ),
    clickhouseUrl: parseUrl(
      { name: 'CLICKHOUSE_URL', text: read('CLICKHOUSE_URL'), schemes: ['http', 'https'] },
      problems,
    ),
    kafkaBrokers: parseBrokers(read('KAFKA_BROKERS'), problems),
    kafkaTopicPrefix: parseTopicPrefix(read('KAFKA_TOPIC_PREFIX'), problems),
    roles: parseRoles(read('ROLES'), problems),
    adminKey: parseKey('CLIENTELE_ADMIN_KEY', read('CLIENTELE_ADMIN_KEY'), problems),
    writeKey: read('CLIENTELE_WRITE_KEY'),
    secret: parseSecret(read('CLIENTELE_SECRET'), problems),
    allowedAddress: null,
    allowPrivateNetwork: parseSwitch(
      { name: 'ALLOW_PRIVATE_NETWORK', text: read('ALLOW_PRIVATE_NETWORK') },
      problems,
    ),
    logLevel: parseLogLevel(read('LOG_LEVEL'), problems),
    tracing: parseTracing(read, problems),
  }
  if (config.secret === null && config.roles.length < ROLES.length) {
    problems.push(
      'CLIENTELE_SECRET is not set. With ROLES the processes must share one: at least ' +
        `${SECRET_LENGTH_MIN} random characters, the same in each.`,
    )
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function readSetting(env: Environment, name: string, problems: string[]): string | null {
  const value = env[name]?.trim() || null
  const file = env[`${name}_FILE`]?.trim() || null
  if (file === null) return value
  if (value !== null) {
    problems.push(`${name} and ${name}_FILE are both set. Keep one of them.`)
    return null
  }
  try {
    return readFileSync(file, 'utf8').trim() || null
  } catch {
    problems.push(
      `${name}_FILE names ${file}, which cannot be read. Check the path and its rights.`,
    )
    return null
  }
}

function parsePort(text: string | null, problems: string[]): number {
  if (text === null) return 4000
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  problems.push(`PORT is "${text}". It must be a whole number from 0 to 65535, like 4000.`)
  return 4000
}

function parseUrl(
  setting: { name: string; text: string | null; schemes: readonly string[] },
  problems: string[],
): string | null {
  const { name, text, schemes } = setting
  if (text === null) return null
  const scheme = URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : null
  if (scheme !== null && schemes.includes(scheme)) return text
  // The value is not repeated: such an address often holds a password.
  problems.push(`${name} is not an address that begins with ${schemes.join(':// or ')}://.`)
  return null
}

function parseBrokers(text: string | null, problems: string[]): string[] | null {
  if (text === null) return null
  const brokers = text.split(',').map((part) => part.trim())
  if (brokers.every((one) => /^[A-Za-z0-9.-]+:\d{1,5}$/.test(one))) return brokers
  problems.push(
    'KAFKA_BROKERS is no list of brokers. Give some as host:port, like one:9092,two:9092.',
  )
  return null
}

function parseTopicPrefix(text: string | null, problems: string[]): string {
  const prefix = text ?? 'clientele'
  if (/^[A-Za-z0-9._-]{1,200}$/.test(prefix)) return prefix
  problems.push(`KAFKA_TOPIC_PREFIX is "${prefix}". It takes letters, digits, ".", "_" and "-".`)
  return prefix
}

function parsePath(text: string | null, problems: string[]): string | null {
  if (text === null) return null
  const path = text.replace(/\/+$/, '')
  if (/^(\/[A-Za-z0-9_-]+)+$/.test(path) && !/^\/(api|v1|assets)(\/|$)/.test(path)) return path
  problems.push(
    `INTAKE_PATH is "${text}". It must be a path like /data, and not one under /api, /v1 or /assets.`,
  )
  return null
}

function parseRoles(text: string | null, problems: string[]): Role[] {
  if (text === null || text === 'all') return [...ROLES]
  const roles: Role[] = []
  for (const word of text.split(',').map((part) => part.trim())) {
    const role = ROLES.find((known) => known === word)
    if (role) roles.push(role)
    else problems.push(`ROLES holds "${word}". It takes "all", or some of ${ROLES.join(', ')}.`)
  }
  return [...new Set(roles)]
}

function parseKey(name: string, text: string | null, problems: string[]): string | null {
  if (text === null || text.length >= KEY_LENGTH_MIN) return text
  problems.push(`${name} is too short: an API key needs at least ${KEY_LENGTH_MIN} characters.`)
  return null
}

function parseSecret(text: string | null, problems: string[]): string | null {
  if (text === null || text.length >= SECRET_LENGTH_MIN) return text
  problems.push(
    `CLIENTELE_SECRET is too short: it needs at least ${SECRET_LENGTH_MIN} characters. ` +
      'Leave it out, and one is made and kept in DATA_DIR.',
  )
  return null
}

function parseSwitch(setting: { name: string; text: string | null }, problems: string[]): boolean {
  const { name, text } = setting
  if (text === null || ['0', 'false', 'no', 'off'].includes(text.toLowerCase())) return false
  if (['1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true
  problems.push(`${name} is "${text}". It takes true or false.`)
  return false
}

function parseLogLevel(text: string | null, problems: string[]): LogLevel {
  if (text === null) return 'info'
  const level = LOG_LEVELS.find((known) => known === text.toLowerCase())
  if (level) return level
  problems.push(`LOG_LEVEL is "${text}". It takes one of ${LOG_LEVELS.join(', ')}.`)
  return 'info'
}

/** Under the names that OpenTelemetry gives them, so that what a platform sets is understood. */
function parseTracing(
  read: (name: string) => string | null,
  problems: string[],
): Config['tracing'] {
  const name = 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const endpoint = parseUrl({ name, text: read(name), schemes: ['http', 'https'] }, problems)
  const share = read('OTEL_TRACES_SAMPLER_ARG') ?? '1'
  const ratio = Number(share)
  if (!(ratio >= 0 && ratio <= 1)) {
    problems.push(`OTEL_TRACES_SAMPLER_ARG is "${share}". It takes a number from 0 to 1, like 0.1.`)
  }
  return endpoint === null ? null : { endpoint, ratio }
}
