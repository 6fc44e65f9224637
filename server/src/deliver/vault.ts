import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Keeps secrets at rest: AES-256-GCM, bound to the row they belong to. */
export type Vault = {
  seal(plain: unknown, owner: string): Buffer
  /** @throws when the secret has changed, or the bytes come from another row. */
  open(sealed: Uint8Array, owner: string): unknown
}

/** `secret` is the program's own (CLIENTELE_SECRET), of any length. */
export function openVault(secret: string): Vault {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'clientele destination secrets', 32))
  return {
    seal: (plain, owner) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner))
      const text = Buffer.concat([cipher.update(JSON.stringify(plain), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text])
    },
    open: (sealed, owner) => {
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
        return JSON.parse(Buffer.concat([text, decipher.final()]).toString('utf8'))
      } catch (cause) {
        throw new Error(
          `The secrets of destination ${owner} cannot be read: CLIENTELE_SECRET is not the one ` +
            'they were kept with. Start with that one, or give the destination a new secret.',
          { cause },
        )
      }
    },
  }
}
