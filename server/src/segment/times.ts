import type { Times } from './rule.ts'

export function fulfils(times: Times, count: number): boolean {
  if (times.op === 'atLeast') return count >= times.count
  return times.op === 'atMost' ? count <= times.count : count === times.count
}

const WORDS = {
  fr: { atLeast: 'au moins', atMost: 'au plus', exactly: 'exactement' },
  en: { atLeast: 'at least', atMost: 'at most', exactly: 'exactly' },
} as const

/** "at least 3" and its like. */
export const timesText = ({ op, count }: Times, language: 'fr' | 'en'): string =>
  `${WORDS[language][op]} ${count}`
