import { BlockList, isIP } from 'node:net'

/**
 * IPv4 ranges that are not the public internet (IANA special-purpose registry): loopback, private
 * and shared networks, link-local with the clouds' metadata service, tests, multicast, reserved.
 */
const closedIpv4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** The only IPv6 range that is the public internet, and the tunnels and samples inside it. */
const openIpv6: [string, number] = ['2000::', 3]
const closedIpv6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

function blockList(ranges: readonly [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

const ipv4Closed = blockList(closedIpv4, 'ipv4')
const ipv6Open = blockList([openIpv6], 'ipv6')
const ipv6Closed = blockList(closedIpv6, 'ipv6')

/**
 * True when `address` (an IP address in text form) is on the public internet. IPv4 inside IPv6
 * (mapped, translated, 6to4, Teredo) is not: nobody needs it to reach a public server, and each of
 * its forms is a way around the IPv4 list. What is no address is not public either.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !ipv4Closed.check(address, 'ipv4')
  if (family !== 6 || address.includes('%')) return false
  return ipv6Open.check(address, 'ipv6') && !ipv6Closed.check(address, 'ipv6')
}

/** The IP address that stands in a URL's host, without the brackets; null when it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(bare) === 0 ? null : bare
}
