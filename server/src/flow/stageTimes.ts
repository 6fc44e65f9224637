export type StageName = 'dedup' | 'resolve' | 'profile' | 'segment' | 'write' | 'commit'

/** From the first begin to the last end, of `performance.now`; `busyMs` of it was this stage's. */
export type StageTime = { stage: StageName; startedAt: number; endedAt: number; busyMs: number }

/** How long each stage of a batch takes; the stages of several workspaces take turns. */
export class StageTimes {
  readonly stages: StageTime[] = []
  #lastAt: number

  /** `startedAt` of `performance.now`. */
  constructor(startedAt: number) {
    this.#lastAt = startedAt
  }

  /** The time since the last call belonged to `stage`. */
  passed(stage: StageName): void {
    const startedAt = this.#lastAt
    const endedAt = performance.now()
    this.#lastAt = endedAt
    const busyMs = endedAt - startedAt
    const held = this.stages.find((one) => one.stage === stage)
    if (!held) this.stages.push({ stage, startedAt, endedAt, busyMs })
    else {
      held.endedAt = endedAt
      held.busyMs += busyMs
    }
  }
}
