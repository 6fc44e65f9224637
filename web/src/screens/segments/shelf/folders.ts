/** Folders as a tree, from their paths. No React, no I/O. */
import type { Counted } from './api.ts'

/** `count` is what is in it and in what it holds; `depth` how far it stands in. */
export type Folder = { path: string; label: string; depth: number; count: number }

/** Every folder and those above it, in the order of a tree; "A/B" stands in "A". */
export function foldersOf(counted: readonly Counted[], language: string): Folder[] {
  const counts = new Map<string, number>()
  for (const { name, count } of counted) {
    const steps = name.split('/')
    steps.forEach((_, index) => {
      const path = steps.slice(0, index + 1).join('/')
      counts.set(path, (counts.get(path) ?? 0) + count)
    })
  }
  // Compared step by step: "A/B" stands under "A", whatever else begins with "A".
  const key = (path: string) => path.split('/')
  const compare = (a: string[], b: string[]): number => {
    const at = a.findIndex((step, index) => step !== b[index])
    if (at < 0) return a.length - b.length
    return (a[at] ?? '').localeCompare(b[at] ?? '', language)
  }
  return [...counts]
    .sort(([a], [b]) => compare(key(a), key(b)))
    .map(([path, count]) => {
      const steps = path.split('/')
      return { path, label: steps.at(-1) ?? path, depth: steps.length - 1, count }
    })
}

/** Whether a segment stands in a folder or in what it holds; '' = in none. */
export function isInFolder(folder: string, place: string): boolean {
  if (folder === '') return place === ''
  return place === folder || place.startsWith(`${folder}/`)
}
