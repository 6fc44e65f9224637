import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, as text that survives URLs, cookies and copying by hand. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** API keys start with `ck_`, so that scanners of leaked secrets can know them. */
export const newApiKey = (): string => `ck_${newToken()}`

/** Write keys start with `wk_`; they are public and may only add events. */
export const newWriteKey = (): string => `wk_${randomBytes(18).toString('base64url')}`

export const newHashKey = (): Buffer => randomBytes(32)

/** For secrets of 256 random bits a plain hash is enough: there is nothing to guess. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** A keyed hash for values that could be guessed, such as network addresses. */
export function keyedHash(key: Buffer, label: string, value: string): Buffer {
  return createHmac('sha256', key).update(`${label}\0${value}`).digest().subarray(0, 16)
}

/** Compares without telling by its duration how much was right. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hashToken(given), hashToken(expected))
}
