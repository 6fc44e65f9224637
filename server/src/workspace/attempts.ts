import type { Deps } from '../platform/deps.ts'
import { keyedHash } from './secrets.ts'

/** Attempts within the window, this one not counted. */
export type Attempts = { account: number; address: number }

const WINDOW_MS = 15 * 60_000
/** Attempts in the window after which the next one is refused. */
export const ACCOUNT_ATTEMPTS_MAX = 10
export const ADDRESS_ATTEMPTS_MAX = 50
const ATTEMPT_LOCK = 4_172_002

/** Whether one more attempt is allowed; if not, how long to wait at most, in seconds. */
export function decideAttempt(attempts: Attempts): { allowed: true } | { retryAfterS: number } {
  const refused =
    attempts.account >= ACCOUNT_ATTEMPTS_MAX || attempts.address >= ADDRESS_ATTEMPTS_MAX
  return refused ? { retryAfterS: WINDOW_MS / 1000 } : { allowed: true }
}

export type Attempt = {
  /** The e-mail address, or another name of what is being opened. */
  account: string
  /** The network address of who tries. */
  address: string
}

type Store = Pick<Deps, 'postgres' | 'clock' | 'config'>

/**
 * Counts an attempt before its password is looked at, so that many at once cannot slip through.
 * An attempt that is refused is not counted: whoever waits gets in again.
 */
export function countAttempt(
  deps: Store,
  attempt: Attempt,
): Promise<{ allowed: true } | { retryAfterS: number }> {
  const { account, address } = subjectsOf(deps, attempt)
  const now = deps.clock.now()
  return deps.postgres.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [ATTEMPT_LOCK])
    await sql.query('DELETE FROM sign_in_attempt WHERE at < $1', [new Date(now - WINDOW_MS)])
    const [counts] = await sql.query<Attempts>(
      `SELECT count(*) FILTER (WHERE subject = $1) AS account,
              count(*) FILTER (WHERE subject = $2) AS address
       FROM sign_in_attempt WHERE subject IN ($1, $2)`,
      [account, address],
    )
    const decision = decideAttempt(counts ?? { account: 0, address: 0 })
    if ('retryAfterS' in decision) return decision
    await sql.query('INSERT INTO sign_in_attempt (subject, at) VALUES ($1, $3), ($2, $3)', [
      account,
      address,
      new Date(now),
    ])
    return decision
  })
}

/** After the right password: the account starts from zero, the address only loses this attempt. */
export async function forgetAttempts(deps: Store, attempt: Attempt): Promise<void> {
  const { account, address } = subjectsOf(deps, attempt)
  await deps.postgres.query(
    `DELETE FROM sign_in_attempt
     WHERE subject = $1
        OR id = (SELECT id FROM sign_in_attempt WHERE subject = $2 ORDER BY id DESC LIMIT 1)`,
    [account, address],
  )
}

function subjectsOf(deps: Store, attempt: Attempt): { account: Buffer; address: Buffer } {
  const key = Buffer.from(deps.config.secret ?? '')
  return {
    account: keyedHash(key, 'account', attempt.account),
    address: keyedHash(key, 'address', networkOf(attempt.address)),
  }
}

/** One subscriber has a whole /64 of IPv6, so its first half counts. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address.replace(/^::ffff:/i, '')
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  const whole = [...groups, ...Array<string>(zeros).fill('0'), ...after]
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
