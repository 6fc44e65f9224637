import type { EventType } from './event.ts'

/** What a path of the intake stands for. */
export type IntakePath =
  | { kind: 'event'; type: EventType }
  | { kind: 'batch' }
  | { kind: 'pixel'; type: EventType }
  /** Browser SDKs report their own health here: thanked, not kept. */
  | { kind: 'metrics' }
  | { kind: 'settings'; writeKey: string }
  | { kind: 'sourceConfig' }
  | { kind: 'snippet'; writeKey: string }
  | { kind: 'script'; file: 'tag.js' | 'auto.js' }
  | { kind: 'unknown' }

const actions = new Map<string, IntakePath>([
  ...(['identify', 'track', 'page', 'screen', 'group', 'alias'] as const).flatMap(
    (type): [string, IntakePath][] => [
      [type, { kind: 'event', type }],
      [type.slice(0, 1), { kind: 'event', type }],
      [`pixel/${type}`, { kind: 'pixel', type }],
    ],
  ),
  ['batch', { kind: 'batch' }],
  ['b', { kind: 'batch' }],
  ['import', { kind: 'batch' }],
  ['m', { kind: 'metrics' }],
])

/** What nearly every request asks for, found without taking its URL apart. */
const usualUrls = new Map<string, IntakePath>(
  [...actions]
    .filter(([, { kind }]) => kind !== 'pixel')
    .map(([key, path]) => [`/v1/${key}`, path]),
)

const roots = [
  '/v1/',
  '/beacon/',
  '/pixel/',
  '/sourceConfig',
  '/analytics.js/',
  '/tag.js',
  '/auto.js',
]

/** The path of a URL without its query, its doubled and trailing slashes. */
function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  return path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')
}

/**
 * What the URL asks of the intake; null when it is not for the intake at all. `prefix` is a second,
 * first-party place for the same paths (`/shop` → `/shop/v1/batch`, and `/shop/b` for the tag).
 */
export function intakePath(url: string, prefix: string | null): IntakePath | null {
  const usual = usualUrls.get(url)
  if (usual) return usual
  const path = pathOf(url)
  if (prefix !== null && (path === prefix || path.startsWith(`${prefix}/`))) {
    const rest = path.slice(prefix.length)
    return intakePath(rest, null) ?? actions.get(rest.slice(1)) ?? { kind: 'unknown' }
  }
  // With its slash, so that `/sourceConfig` and `/v1` alone are found, but not `/v10`.
  const isOurs = roots.some((root) => path.startsWith(root) || `${path}/` === root)
  return isOurs ? (byAction(path) ?? byFile(path) ?? { kind: 'unknown' }) : null
}

function byAction(path: string): IntakePath | undefined {
  if (path.startsWith('/v1/')) return actions.get(path.slice('/v1/'.length)) ?? bySettings(path)
  if (path === '/beacon/v1/batch') return { kind: 'batch' }
  if (path.startsWith('/pixel/v1/')) {
    return actions.get(`pixel/${path.slice('/pixel/v1/'.length)}`)
  }
  return path === '/sourceConfig' ? { kind: 'sourceConfig' } : undefined
}

function bySettings(path: string): IntakePath | undefined {
  const match = /^\/v1\/projects\/([^/]+)\/settings$/.exec(path)
  return match?.[1] ? { kind: 'settings', writeKey: decoded(match[1]) } : undefined
}

function byFile(path: string): IntakePath | undefined {
  if (path === '/tag.js') return { kind: 'script', file: 'tag.js' }
  if (path === '/auto.js') return { kind: 'script', file: 'auto.js' }
  const match = /^\/analytics\.js\/v1\/([^/]+)\/analytics(?:\.min)?\.js$/.exec(path)
  return match?.[1] ? { kind: 'snippet', writeKey: decoded(match[1]) } : undefined
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A stray percent sign: such a key exists nowhere, and the caller says so.
    return part
  }
}
