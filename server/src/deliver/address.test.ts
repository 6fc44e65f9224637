import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPublicAddress } from './address.ts'
import { openOutgoing } from './outgoing.ts'

describe('an address', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.8.8.8', 'loopback'],
    ['0.0.0.0', 'this host'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'shared by a carrier'],
    ['169.254.169.254', 'the metadata service of a cloud'],
    ['198.18.0.1', 'for benchmarks'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['::ffff:127.0.0.1', 'loopback, mapped into IPv6'],
    ['::ffff:7f00:1', 'loopback, mapped into IPv6'],
    ['::127.0.0.1', 'loopback, IPv4-compatible'],
    ['64:ff9b::7f00:1', 'loopback, translated by NAT64'],
    ['2002:7f00:1::', 'loopback, through 6to4'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'a Teredo tunnel'],
    ['fd00:ec2::254', 'the metadata service of a cloud'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'for documentation'],
    ['not an address', 'no address at all'],
  ])('%s is not public: it is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each([['8.8.8.8'], ['172.32.0.1'], ['100.128.0.1'], ['2606:4700::1111'], ['2a00:1450::1']])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )
})

describe('the way out', () => {
  let receiver: Server
  let port = 0
  let requests = 0

  beforeAll(async () => {
    receiver = createServer((_request, response) => {
      requests += 1
      response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end()
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    port = (receiver.address() as AddressInfo).port
  })

  afterAll(() => new Promise((resolve) => receiver.close(resolve)))

  const post = async (host: string, allowPrivateNetwork: boolean, lookup?: LookupFunction) => {
    const outgoing = openOutgoing({ allowPrivateNetwork, ...(lookup ? { lookup } : {}) })
    const before = requests
    const url = `http://${host}:${port}/`
    const sent = await outgoing.send({ method: 'POST', url, headers: {}, body: '{}' })
    await outgoing.close()
    return { sent, arrived: requests - before }
  }

  it.each([
    ['127.0.0.1', 'plain'],
    ['2130706433', 'written as one decimal number'],
    ['0177.0.0.1', 'written in octal'],
    ['0x7f.0.0.1', 'written in hexadecimal'],
    ['127.1', 'shortened'],
    ['[::1]', 'of IPv6'],
    ['[::ffff:127.0.0.1]', 'mapped into IPv6'],
    ['localhost', 'behind its usual name'],
  ])('refuses the loopback address %s (%s) before anything is sent', async (host) => {
    const { sent, arrived } = await post(host, false)
    expect(sent).toEqual({ answer: null, error: 'address_refused' })
    expect(arrived).toBe(0)
  })

  const answering =
    (...addresses: string[]): LookupFunction =>
    (_host, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )

  it('refuses a name that leads to a private address', async () => {
    const { sent, arrived } = await post('hooks.example.org', false, answering('127.0.0.1'))
    expect(sent.error).toBe('address_refused')
    expect(arrived).toBe(0)
  })

  it('refuses a name that leads to a public and to a private address', async () => {
    const lookup = answering('8.8.8.8', '127.0.0.1')
    expect((await post('hooks.example.org', false, lookup)).sent.error).toBe('address_refused')
  })

  it('reaches a private address where that is allowed, and does not follow its redirect', async () => {
    const { sent, arrived } = await post('127.0.0.1', true)
    expect(sent.answer?.status).toBe(302)
    expect(arrived).toBe(1)
  })
})
