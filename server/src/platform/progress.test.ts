import { expect, test } from 'vitest'
import { openProgress } from './progress.ts'

function screen(isTTY: boolean) {
  let text = ''
  const output = {
    isTTY,
    write: (part: string) => {
      text += part
    },
  }
  return { output, said: () => text }
}

test('in a log each step is a line, and long ones say how far they are', async () => {
  const { output, said } = screen(false)
  let time = 0
  const progress = openProgress(output, () => time)
  await progress.step('Loading', async (update) => {
    for (let done = 0; done <= 100; done += 1) update(done / 100)
    time = 2_500
  })
  const lines = said().trim().split('\n')
  expect(lines[0]).toBe('… Loading')
  expect(lines).toContain('… Loading 50 %')
  expect(lines.length).toBeLessThan(15)
  expect(lines.at(-1)).toBe('✓ Loading (2.5 s)')
})

test('on a terminal, steps that run together share the last line', async () => {
  const { output, said } = screen(true)
  const progress = openProgress(output, () => 0)
  const both = Promise.all([
    progress.step('one', async () => {}),
    progress.step('two', async (update) => update(0.25)),
  ])
  await both
  expect(said()).toContain('… one · two')
  expect(said()).toContain('✓ one (0.0 s)\n')
})

test('a step that fails is marked, and its error passed on', async () => {
  const { output, said } = screen(false)
  const progress = openProgress(output, () => 0)
  const failing = progress.step('Starting', () => Promise.reject(new Error('no room')))
  await expect(failing).rejects.toThrow('no room')
  expect(said()).toContain('✗ Starting')
})
