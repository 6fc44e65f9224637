import { type Static, Type } from 'typebox'
import Value from 'typebox/value'
import { badRequest } from '../../platform/errors.ts'
import { isPublicAddress, literalAddress } from '../address.ts'
import type { DestinationKind } from '../kind.ts'
import { signature } from '../signature.ts'

const HEADERS_MAX = 20
const HIDDEN = '••••••'

const Config = Type.Object(
  {
    url: Type.String({ minLength: 8, maxLength: 2000, description: 'http:// or https://' }),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" }),
        Type.String({ maxLength: 2000, pattern: '^[\\t\\x20-\\x7e]*$' }),
        { maxProperties: HEADERS_MAX },
      ),
    ),
  },
  { additionalProperties: false },
)
type Config = Static<typeof Config>

/** Ours to set, or the connection's: a setting must not replace them. */
const OWN_HEADERS = new Set([
  ...['host', 'connection', 'content-length', 'content-type', 'content-encoding', 'keep-alive'],
  ...['transfer-encoding', 'upgrade', 'te', 'trailer', 'expect', 'idempotency-key', 'user-agent'],
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature'],
])

function check(raw: unknown, network: { allowPrivateNetwork: boolean }): void {
  const config: Config = Value.Parse(Config, raw)
  const url = URL.parse(config.url)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw badRequest(
      'invalid_url',
      'This is no web address. Give one that starts with https:// (or http://).',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw badRequest(
      'credentials_in_url',
      'The address holds a user name or password. Put them in a header such as Authorization.',
    )
  }
  const literal = literalAddress(url.hostname)
  if (literal !== null && !network.allowPrivateNetwork && !isPublicAddress(literal)) {
    throw badRequest(
      'address_refused',
      'This address is not on the public internet, so nothing would be sent to it. ' +
        'To allow private addresses, start with ALLOW_PRIVATE_NETWORK=true.',
    )
  }
  const taken = Object.keys(config.headers ?? {}).find((name) =>
    OWN_HEADERS.has(name.toLowerCase()),
  )
  if (taken !== undefined) {
    throw badRequest('header_reserved', `The header ${taken} is set by Clientele. Leave it out.`)
  }
}

const send: DestinationKind['send'] = async (message, raw, outgoing) => {
  const config: Config = Value.Parse(Config, raw)
  const timestamp = Math.floor(message.at / 1000)
  const own = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Clientele',
    'idempotency-key': message.key,
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature({ ...message, timestamp }, message.secrets),
  }
  const hidden = Object.keys(config.headers ?? {}).map((name) => [name, HIDDEN])
  const { url } = config
  const sent = await outgoing.send({
    method: 'POST',
    url,
    headers: { ...config.headers, ...own },
    body: message.body,
  })
  return {
    request: {
      method: 'POST',
      url,
      headers: { ...Object.fromEntries(hidden), ...own },
      body: message.body,
    },
    sent,
  }
}

/** Posts each message to a web address, signed as Standard Webhooks says. */
export const webhook: DestinationKind = {
  kind: 'webhook',
  schema: Config,
  secretKeys: ['headers'],
  describe: (raw) => {
    const { host } = new URL(Value.Parse(Config, raw).url)
    return { fr: `Webhook vers ${host}`, en: `Webhook to ${host}` }
  },
  check,
  send,
}
