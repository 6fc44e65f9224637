import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { messageId, signature, signingSecret } from './signature.ts'
import { openVault } from './vault.ts'

const secret = signingSecret(new Uint8Array(24).fill(7))
const older = signingSecret(new Uint8Array(32).fill(9))
const message = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000), body: '{"é":"☃"}' }

const headers = (secrets: string[]) => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(message.timestamp),
  'webhook-signature': signature(message, secrets),
})

describe('the signature', () => {
  it('is accepted by the library of Standard Webhooks', () => {
    expect(new Webhook(secret).verify(message.body, headers([secret]))).toEqual({ é: '☃' })
  })

  it('is accepted with the old and with the new secret while they change', () => {
    for (const known of [secret, older]) {
      expect(() => new Webhook(known).verify(message.body, headers([secret, older]))).not.toThrow()
    }
  })

  it('is refused when the body was changed, or the secret is another', () => {
    expect(() => new Webhook(secret).verify(`${message.body} `, headers([secret]))).toThrow()
    expect(() => new Webhook(older).verify(message.body, headers([secret]))).toThrow()
  })
})

describe('the message id', () => {
  it('is the same for the same destination and key, and differs for any other', () => {
    expect(messageId('d1', 'k1')).toBe(messageId('d1', 'k1'))
    expect(messageId('d1', 'k1')).toMatch(/^msg_[A-Za-z0-9]{27}$/)
    expect(
      new Set([messageId('d1', 'k1'), messageId('d2', 'k1'), messageId('d1', 'k2')]).size,
    ).toBe(3)
  })
})

describe('the vault', () => {
  const vault = openVault('a secret of the program')

  it('gives back what it keeps, and keeps nothing in clear', () => {
    const sealed = vault.seal({ secret }, 'd1')
    expect(vault.open(sealed, 'd1')).toEqual({ secret })
    expect(sealed.toString('latin1')).not.toContain('whsec_')
    expect(vault.seal({ secret }, 'd1').equals(sealed)).toBe(false)
  })

  it('refuses bytes of another row, changed bytes, and another secret', () => {
    const sealed = vault.seal({ secret }, 'd1')
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(30) ^ 1, 30)
    expect(() => vault.open(sealed, 'd2')).toThrow(/CLIENTELE_SECRET/)
    expect(() => vault.open(changed, 'd1')).toThrow(/CLIENTELE_SECRET/)
    expect(() => openVault('another').open(sealed, 'd1')).toThrow(/CLIENTELE_SECRET/)
  })
})
