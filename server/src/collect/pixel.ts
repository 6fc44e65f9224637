/** A transparent image of one pixel. */
export const pixelImage = Buffer.from(
  'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  'base64',
)

/**
 * The body of the event that a pixel's query describes: whole as base64 JSON in `data` (Segment),
 * or as single parameters, with dots for depth (`context.page.url=…`) or JSON values (Rudder).
 */
export function pixelBody(query: URLSearchParams): Uint8Array {
  const data = query.get('data')
  if (data !== null) return Buffer.from(data.replaceAll(' ', '+'), 'base64')
  const body: Record<string, unknown> = Object.create(null)
  for (const [key, value] of query) {
    if (key === 'writeKey') continue
    setAt(body, key.split('.').slice(0, 8), parameterValue(key, value))
  }
  return Buffer.from(JSON.stringify(body))
}

const objectParts = new Set(['properties', 'traits', 'context', 'integrations'])

function parameterValue(key: string, text: string): unknown {
  if (!objectParts.has(key) || !text.startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    // Left as text: the reader flags a part that is no object.
    return text
  }
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const held = target[key]
  // Without a prototype, a parameter named after one of its members is an ordinary key.
  const next: Record<string, unknown> = isRecord(held) ? held : Object.create(null)
  target[key] = next
  setAt(next, rest, value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
