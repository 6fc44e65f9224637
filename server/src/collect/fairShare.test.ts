import { describe, expect, it } from 'vitest'
import { FairShares, secondsBehind } from './fairShare.ts'

const SECOND = 1_000

/** Who gets how much of `rate` in ten seconds when each asks as often as `perSecond` says. */
function share(perSecond: readonly number[], rate: number): number[] {
  const shares = new FairShares()
  const taken = perSecond.map(() => 0)
  for (let now = 0; now < 10 * SECOND; now += 1) {
    perSecond.forEach((wanted, workspace) => {
      const due = Math.floor((wanted * (now + 1)) / SECOND) - Math.floor((wanted * now) / SECOND)
      for (let one = 0; one < due; one += 1) {
        if (!shares.admits(workspace, { rate, now })) continue
        shares.spend(workspace, 1)
        taken[workspace] = (taken[workspace] ?? 0) + 1
      }
    })
  }
  return taken.map((events) => events / 10)
}

describe('shares of a full lane', () => {
  it('lets a workspace alone have nine tenths of what the flow can do', () => {
    const [alone] = share([30_000], 10_000)
    // In the first second it also spends what it had saved.
    expect(alone).toBeGreaterThan(9_000)
    expect(alone).toBeLessThan(10_000)
  })

  it('lets the one that sends ten times as much wait, and not the other', () => {
    const [loud = 0, quiet = 0] = share([40_000, 4_000], 10_000)
    expect(quiet).toBe(4_000)
    expect(loud).toBeGreaterThan(4_400)
    expect(loud).toBeLessThan(5_100)
  })

  it('counts a batch that is larger than a share against the next ones', () => {
    const shares = new FairShares()
    const at = (now: number) => ({ rate: 1_000, now })
    expect(shares.admits(1, at(0))).toBe(true)
    shares.spend(1, 2_500)
    expect(shares.admits(1, at(1 * SECOND))).toBe(false)
    expect(shares.admits(1, at(3 * SECOND))).toBe(true)
  })

  it('takes a flow that has only begun for able to do something', () => {
    expect(secondsBehind({ behind: 1_000, rate: 0 })).toBe(5)
    expect(secondsBehind({ behind: 100_000, rate: 10_000 })).toBe(10)
  })
})
