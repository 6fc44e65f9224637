import { expect, test } from 'vitest'
import { firstSdk, sdks } from './snippets.ts'

const target = { writeKey: 'wk_test', origin: 'https://cdp.example.com' }

test.each(sdks.map((sdk) => [sdk.name, sdk] as const))(
  'the snippet for %s carries the key and the host',
  (_name, sdk) => {
    const code = sdk.code(target)
    expect(code).toContain('wk_test')
    expect(code).toContain('cdp.example.com')
  },
)

test('mobile snippets give the host without its scheme, as their SDKs want it', () => {
  const swift = sdks.find((sdk) => sdk.key === 'swift')
  expect(swift?.code(target)).toContain('"cdp.example.com/v1"')
})

test('every kind of source opens on a snippet that exists', () => {
  for (const kind of ['web', 'server', 'mobile', 'pos', 'crm', 'other'] as const) {
    expect(sdks.some((sdk) => sdk.key === firstSdk(kind))).toBe(true)
  }
})
