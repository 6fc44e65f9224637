import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { SendOrder, SendResult } from './order.ts'

const GENERATOR = join(import.meta.dirname, 'generator.ts')

/** Runs the generator in its own process until its order is done. */
export async function send(order: SendOrder): Promise<SendResult> {
  const child = spawn(process.execPath, [GENERATOR, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`The generator ended with code ${code}; see above.`)
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as SendResult
}
