/** What each column of a file becomes, and the identify messages that come out. Pure. */

/**
 * `user_id`, `email`, `phone`, `anonymous_id`, `trait:city`, `id:loyalty_card`; null = left out.
 */
export type Target = string | null
export type Mapping = Target[]

const guesses: [RegExp, string][] = [
  [/^(user.?id|client.?id|customer.?id|id.?client|num.?client|id)$/, 'user_id'],
  [/(e.?mail|courriel|adresse.?mail)/, 'email'],
  [/(phone|tel|mobile|portable)/, 'phone'],
  [/(loyalty|fidelite|carte)/, 'id:loyalty_card'],
  [/^(first.?name|prenom)$/, 'trait:first_name'],
  [/^(last.?name|nom|nom.?de.?famille)$/, 'trait:last_name'],
  [/^(city|ville|commune)$/, 'trait:city'],
  [/^(postal.?code|zip|code.?postal|cp)$/, 'trait:postal_code'],
  [/^(birth.?da(y|te)|date.?de.?naissance|naissance)$/, 'trait:birthday'],
  [/^(country|pays)$/, 'trait:country'],
]

/** `Code postal` → `code_postal`: letters without accents, digits, underscores. */
export function traitKey(header: string): string {
  return header
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}

/** The first guess for each header; the same identifier is never given twice. */
export function guessMapping(headers: readonly string[]): Mapping {
  const used = new Set<string>()
  return headers.map((header, index) => {
    const key = traitKey(header) || `column_${index + 1}`
    const found = guesses.find(([pattern]) => pattern.test(key))?.[1]
    const target = found && !used.has(found) ? found : `trait:${key}`
    used.add(target)
    return target
  })
}

export const identifies = (target: Target): boolean =>
  target !== null && !target.startsWith('trait:')

export type Identify = {
  type: 'identify'
  messageId: string
  userId?: string
  anonymousId?: string
  traits: Record<string, string>
  context: { externalIds?: ExternalId[]; library: { name: string; version: string } }
}
type ExternalId = { id: string; type: string; collection: 'users'; encoding: 'none' }

/** FNV-1a over UTF-16 units, twice with different seeds: 64 bits as hexadecimal. */
function hash(text: string): string {
  const run = (seed: number): number => {
    let value = seed
    for (let index = 0; index < text.length; index += 1) {
      value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
    }
    return value
  }
  return [0x811c9dc5, 0x9747b28c].map((seed) => run(seed).toString(16).padStart(8, '0')).join('')
}

/**
 * The message of a row, or null when no identifier column has a value. The message id comes from
 * the file's name and the row, so sending the same file twice changes nothing.
 */
export function toIdentify(
  row: readonly string[],
  mapping: Mapping,
  origin: { file: string; line: number },
): Identify | null {
  const traits: Record<string, string> = {}
  const externalIds: ExternalId[] = []
  const ids: { userId?: string; anonymousId?: string } = {}
  for (const [index, target] of mapping.entries()) {
    const value = (row[index] ?? '').trim()
    if (!target || value === '') continue
    if (target === 'user_id') ids.userId = value
    else if (target === 'anonymous_id') ids.anonymousId = value
    else if (target === 'email' || target === 'phone') traits[target] = value
    else if (target.startsWith('trait:')) traits[target.slice(6)] = value
    else if (target.startsWith('id:')) {
      externalIds.push({ id: value, type: target.slice(3), collection: 'users', encoding: 'none' })
    }
  }
  const known = [ids.userId, ids.anonymousId, traits.email, traits.phone, externalIds[0]?.id]
  if (!known.some(Boolean)) return null
  const messageId = `csv-${hash(origin.file)}-${origin.line}-${hash(row.join('\u0000'))}`
  return {
    type: 'identify',
    messageId,
    ...ids,
    traits,
    context: {
      ...(externalIds.length > 0 ? { externalIds } : {}),
      library: { name: 'clientele-csv', version: '1' },
    },
  }
}
