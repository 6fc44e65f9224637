import type { SourceFile } from './sourceTree.ts'

/**
 * Groups of files that import each other in a circle.
 * @param follows which imports count: all of them, or only those that exist when the program runs.
 */
export function cyclesIn(
  files: readonly SourceFile[],
  follows: (edge: { isType: boolean }) => boolean,
): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []
  // Tarjan's algorithm: a file that reaches nothing older than itself closes a group.
  const visit = (file: SourceFile): void => {
    const own = order.size
    order.set(file.path, own)
    lowest.set(file.path, own)
    stack.push(file.path)
    for (const edge of file.imports) {
      const next = byPath.get(edge.from)
      if (!next || !follows(edge)) continue
      if (!order.has(next.path)) visit(next)
      else if (!stack.includes(next.path)) continue
      lower(lowest, file.path, lowest.get(next.path) ?? own)
    }
    if (lowest.get(file.path) !== own) return
    const group = stack.splice(stack.indexOf(file.path))
    if (group.length > 1) cycles.push(group.sort())
  }
  for (const file of files) if (!order.has(file.path)) visit(file)
  return cycles
}

function lower(values: Map<string, number>, key: string, value: number): void {
  values.set(key, Math.min(values.get(key) ?? value, value))
}
