import type { NetConnectOpts } from 'node:net'

/** Where an engine with this address listens: in a socket, where it names a directory. */
export function listenerAt(address: string): NetConnectOpts {
  const { hostname, port } = new URL(address)
  const host = decodeURIComponent(hostname)
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port: Number(port) }
}
