/**
 * Answers that several people ask for at the same time, as the screens that refresh themselves do:
 * made once and given to all who ask within `forMs`. A failed answer is forgotten at once.
 */
export class RecentAnswers<Answer> {
  readonly #forMs: number
  readonly #held = new Map<string, { at: number; answer: Promise<Answer> }>()

  constructor(forMs: number) {
    this.#forMs = forMs
  }

  /** `now`: epoch ms. */
  async get(key: string, now: number, make: () => Promise<Answer>): Promise<Answer> {
    for (const [other, { at }] of this.#held) {
      if (now - at >= this.#forMs || now < at) this.#held.delete(other)
    }
    const held = this.#held.get(key)
    if (held) return held.answer
    const answer = make()
    this.#held.set(key, { at: now, answer })
    answer.catch(() => this.#held.delete(key))
    return answer
  }
}
