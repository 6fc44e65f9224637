import { hash, verify } from '@node-rs/argon2'
import { badRequest } from '../platform/errors.ts'

export const PASSWORD_LENGTH_MIN = 12
export const PASSWORD_LENGTH_MAX = 200
const DIFFERENT_CHARACTERS_MIN = 5

/** A hash of a password nobody has: an unknown account costs as much time as a known one. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$jijsGyKTu88/Pwp3xCuG3g$' +
  'hflNMSktpZaQ6jclwXPbyPDbmm8VtXElquOYwPXMEpY'

/** argon2id with the library's defaults (19 MiB, 2 passes), which are what OWASP asks for. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'))
}

/** `stored` null (no such account, or no password yet) takes as long and is always false. */
export async function passwordMatches(stored: string | null, given: string): Promise<boolean> {
  const right = await verify(stored ?? NOBODY, given.normalize('NFKC'))
  return right && stored !== null
}

/** Length protects, composition rules do not: only what a guesser tries first is refused. */
export function refuseWeakPassword(password: string, account: { email: string }): void {
  if (password.length < PASSWORD_LENGTH_MIN || password.length > PASSWORD_LENGTH_MAX) {
    const range = `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX}`
    throw badRequest('password_length', `A password has ${range} characters. Choose a longer one.`)
  }
  const plain = password.toLowerCase()
  const [local = ''] = account.email.split('@')
  const guessable =
    new Set(plain).size < DIFFERENT_CHARACTERS_MIN ||
    plain === account.email ||
    (local.length > 3 && plain.replace(local, '').length < DIFFERENT_CHARACTERS_MIN)
  if (guessable) {
    throw badRequest('password_guessable', 'This password is easy to guess. Choose another one.')
  }
}
