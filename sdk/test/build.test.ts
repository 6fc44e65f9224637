import { expect, it } from 'vitest'
import { buildTag, TAG_BYTES_MAX } from '../build.ts'

it('tag.js weighs at most 5 KB gzipped', async () => {
  const files = await buildTag()
  for (const file of files) console.log(`${file.name}: ${file.gzipBytes} bytes gzipped`)
  const tag = files.find((file) => file.name === 'tag.js')
  expect(tag?.gzipBytes).toBeLessThanOrEqual(TAG_BYTES_MAX)
  expect(tag?.gzipBytes).toBeGreaterThan(1000)
})
