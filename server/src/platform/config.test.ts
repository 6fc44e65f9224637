import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, parseConfig } from './config.ts'

test('an empty environment gives a program for this machine alone', () => {
  expect(parseConfig({})).toMatchObject({
    port: 4000,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:4000',
    databaseUrl: null,
    roles: ['collect', 'flow', 'deliver', 'api'],
    allowPrivateNetwork: false,
    secret: null,
    logLevel: 'info',
    tracing: null,
  })
})

test('the public address follows the port unless it is given', () => {
  expect(parseConfig({ PORT: '80', HOST: '0.0.0.0' }).publicUrl).toBe('http://localhost:80')
  expect(parseConfig({ PUBLIC_URL: 'https://cdp.example/' }).publicUrl).toBe('https://cdp.example')
})

const wrong = [
  { env: { PORT: 'http' }, sentence: 'PORT is "http". It must be a whole number' },
  { env: { PORT: '70000' }, sentence: 'from 0 to 65535' },
  { env: { DATABASE_URL: 'mysql://x' }, sentence: 'DATABASE_URL is not an address' },
  { env: { CLICKHOUSE_URL: 'here' }, sentence: 'begins with http:// or https://' },
  { env: { KAFKA_BROKERS: 'one' }, sentence: 'KAFKA_BROKERS is no list of brokers' },
  { env: { KAFKA_TOPIC_PREFIX: 'a b' }, sentence: 'KAFKA_TOPIC_PREFIX is "a b"' },
  { env: { ROLES: 'collect,cook' }, sentence: 'ROLES holds "cook"' },
  { env: { CLIENTELE_ADMIN_KEY: 'abc' }, sentence: 'at least 4 characters' },
  { env: { CLIENTELE_SECRET: 'short' }, sentence: 'at least 32 characters' },
  { env: { ALLOW_PRIVATE_NETWORK: 'maybe' }, sentence: 'It takes true or false' },
  { env: { INTAKE_PATH: '/api/x' }, sentence: 'INTAKE_PATH is "/api/x"' },
  { env: { LOG_LEVEL: 'loud' }, sentence: 'LOG_LEVEL is "loud"' },
  { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, sentence: 'OTLP_ENDPOINT is not an' },
  { env: { OTEL_TRACES_SAMPLER_ARG: 'all' }, sentence: 'It takes a number from 0 to 1' },
  { env: { ROLES: 'api' }, sentence: 'CLIENTELE_SECRET is not set. With ROLES' },
  { env: { PORT: '1', PORT_FILE: '/x' }, sentence: 'PORT and PORT_FILE are both set' },
  { env: { PORT_FILE: '/nowhere/port' }, sentence: 'which cannot be read' },
]

test.each(wrong)('a wrong setting is told in a sentence: $sentence', ({ env, sentence }) => {
  expect(() => parseConfig(env)).toThrow(sentence)
})

test('all wrong settings are told at once', () => {
  const env = { PORT: 'x', ROLES: 'y', LOG_LEVEL: 'z' }
  const attempt = () => parseConfig(env)
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(/PORT[\s\S]*ROLES[\s\S]*LOG_LEVEL/)
})

test('a wrong address is not repeated: it may hold a password', () => {
  expect(() => parseConfig({ DATABASE_URL: 'mysql://u:hunter2@h/d' })).not.toThrow(/hunter2/)
})

test('a setting may be read from a file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'clientele-config-'))
  writeFileSync(join(dir, 'key'), 'a-key-of-sixteen-or-more\n')
  const config = parseConfig({ CLIENTELE_ADMIN_KEY_FILE: join(dir, 'key') })
  rmSync(dir, { recursive: true })
  expect(config.adminKey).toBe('a-key-of-sixteen-or-more')
})
