/** What an identifier of a namespace names. Only persons and accounts are joined by evidence. */
export type Scope = 'person' | 'account' | 'device' | 'household'

export type Namespace = {
  name: string
  scope: Scope
  /** How many of them one profile may hold; 1 = unique. */
  limit: number
  /** 1 is the strongest: it names the anchor of an event, and its evidence counts first. */
  priority: number
  /** Values that name nobody: whole-value patterns over the normalised value. */
  blocked: RegExp[]
}

export type Namespaces = (name: string) => Namespace

/** Values that forms and tills send when nobody is known. */
const NOBODY = /^(?:[0-]*|-1|null|nil|none|undefined|anonymous|unknown|n\/a|na|guest|nan)$/i
const NOBODYS_EMAIL =
  /^(?:(?:noemail|no-?reply|none|null|aucun|sans-?mail|anonymous|unknown)@.*|test@test\..*)$/i

const builtIn: Record<string, Omit<Namespace, 'name'>> = {
  user_id: { scope: 'person', limit: 1, priority: 1, blocked: [NOBODY] },
  email: { scope: 'person', limit: 5, priority: 2, blocked: [NOBODY, NOBODYS_EMAIL] },
  phone: {
    scope: 'person',
    limit: 5,
    priority: 3,
    blocked: [/^\+\d{1,3}0+$/, /^\+\d*(\d)\1{7,}$/],
  },
  group_id: { scope: 'account', limit: 1, priority: 1, blocked: [NOBODY] },
  anonymous_id: { scope: 'device', limit: 1, priority: 100, blocked: [NOBODY] },
}

/** Device identifiers under the names that SDKs give them in `context.externalIds`. */
const DEVICE_NAMES =
  /^(?:(?:ios|android)\.(?:id|idfa|push_token)|ga_client_id|cookie_id|device_id|gclid|fbp)$/

/** What a namespace that nobody configured is taken to be. */
function assumed(name: string): Omit<Namespace, 'name'> {
  return DEVICE_NAMES.test(name)
    ? { scope: 'device', limit: 1, priority: 110, blocked: [NOBODY] }
    : { scope: 'person', limit: 5, priority: 10, blocked: [NOBODY] }
}

export type NamespaceRow = {
  name: string
  scope: Scope
  limit_per_profile: number
  priority: number
  blocked: string[]
}

/** The namespaces of a workspace: built-in ones, and the workspace's own rows over them. */
export function namespacesFrom(rows: readonly NamespaceRow[]): Namespaces {
  const own = new Map(
    rows.map((row): [string, Namespace] => [
      row.name,
      {
        name: row.name,
        scope: row.scope,
        limit: row.limit_per_profile,
        priority: row.priority,
        blocked: [NOBODY, ...row.blocked.map(wholeValue)],
      },
    ]),
  )
  return (name) => own.get(name) ?? { name, ...(builtIn[name] ?? assumed(name)) }
}

/** Configured patterns are plain values with `*` as the only wildcard: nothing to backtrack on. */
function wholeValue(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^]*')
  return new RegExp(`^${escaped}$`, 'i')
}

/** All namespaces this program knows by name, for screens. */
export const builtInNames = Object.keys(builtIn)
