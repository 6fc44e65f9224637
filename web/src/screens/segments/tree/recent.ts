/** The fields that were used last on this device, the newest first. */

const KEY = 'clientele.segment-fields'
const KEPT = 5

export function recentFields(storage: Storage): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : []
  } catch {
    // Not JSON: something else wrote there, so nothing is recent.
    return []
  }
}

/** Puts a field first, and gives the list as it is then. */
export function rememberField(storage: Storage, key: string): string[] {
  const kept = [key, ...recentFields(storage).filter((each) => each !== key)].slice(0, KEPT)
  storage.setItem(KEY, JSON.stringify(kept))
  return kept
}
