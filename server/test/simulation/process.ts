import pino from 'pino'
import { applyItems } from '../../src/flow/apply.ts'
import { Fenced, type Lease, readHolding, releaseShard, takeShard } from '../../src/flow/cursor.ts'
import { runFilling } from '../../src/flow/filling.ts'
import { type Item, itemsOf, shardText } from '../../src/flow/items.ts'
import { balanceOf } from '../../src/flow/shares.ts'
import { runTimers } from '../../src/flow/timers.ts'
import { FlowWorld } from '../../src/flow/world.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { NewId } from '../../src/platform/ids.ts'
import type { Lane, Log } from '../../src/platform/log/log.ts'
import { isRetryable, type Postgres } from '../../src/platform/postgres.ts'
import { Conflict, ConnectionLost, Crash, Gate } from './gate.ts'

const logger = pino({ level: 'silent' })

export type ProcessOptions = {
  id: string
  /** The store behind the gates of the strands. */
  postgres: Postgres
  log: Log
  clock: Clock
  newId: NewId
  /** A number below the bound. */
  choose(below: number): number
  onTaken(lease: Lease): void
  /** Called when the process begins a new life, before anything else. */
  onReborn(): Promise<void>
}

/**
 * One process of the flow, as `startFlow` runs it, with its loops as strands that a scheduler
 * steps: one for the lane of live entries, one for all others. They share what is kept in memory.
 */
export class FlowProcess {
  readonly gates: readonly Gate[]
  readonly id: string
  readonly leases = new Map<string, Lease>()
  readonly #options: ProcessOptions
  #world: FlowWorld
  #stopping = false
  #life = 0
  /** What was not foreseen: the simulation fails with it. */
  fault: unknown = null

  constructor(options: ProcessOptions) {
    this.#options = options
    this.id = options.id
    this.gates = STRANDS.map(() => new Gate())
    this.#world = new FlowWorld(options, { sends: true })
  }

  async start(): Promise<void> {
    for (const [index, gate] of this.gates.entries()) {
      await gate.start(() => this.#live(index, gate))
    }
  }

  /** The strands end when they come to the end of what they are at. */
  stop(): void {
    this.#stopping = true
  }

  /** Every strand dies where it stands; the next life remembers nothing. */
  async crash(): Promise<void> {
    this.#life += 1
    this.leases.clear()
    for (const gate of this.gates) await gate.step(new Crash())
    this.#world = new FlowWorld(this.#options, { sends: true })
    await this.#options.onReborn()
  }

  async #live(index: number, gate: Gate): Promise<void> {
    await gate.pass().catch(() => {})
    while (!this.#stopping) {
      const life = this.#life
      try {
        await gate.pass()
        if (!this.#stopping) await this.#round(index)
      } catch (error) {
        if (life !== this.#life || error instanceof Crash) continue
        this.#world.forget()
        if (isForeseen(error)) continue
        this.fault ??= error
        return
      }
    }
  }

  async #round(index: number): Promise<void> {
    const world = this.#world
    const lanes = STRANDS[index] as readonly Lane[]
    const { choose } = this.#options
    if (choose(6) === 0 || this.leases.size === 0) await this.#settle(world.postgres, lanes)
    const own = [...this.leases.values()].filter((lease) => lanes.includes(lease.lane))
    const lease = own[choose(Math.max(1, own.length))]
    if (!lease) return
    try {
      await this.#work(world, lease)
    } catch (error) {
      this.leases.delete(shardText(lease))
      throw error
    }
  }

  async #work(world: FlowWorld, lease: Lease): Promise<void> {
    const limit = 1 + this.#options.choose(6)
    if (lease.lane === 'inner') {
      await runTimers(world, lease, limit)
      await runFilling(world, lease, limit)
      return
    }
    for (let turns = 1 + this.#options.choose(2); turns > 0; turns -= 1) {
      const items = await readItems(world.log, lease, limit)
      if (items.length === 0) return
      await applyItems({ world, logger }, lease, { items, poisoned: new Map() })
    }
  }

  /** As the program does: a fair share of the shards, and none that somebody else is seen at. */
  async #settle(postgres: Postgres, lanes: readonly Lane[]): Promise<void> {
    const { id, onTaken } = this.#options
    const life = this.#life
    const holding = await readHolding(postgres, id)
    for (const one of holding.shards) {
      if (one.owner === 'me' && !this.leases.has(shardText(one))) one.owner = 'nobody'
    }
    const { take, give } = balanceOf(holding)
    for (const shard of give.filter(({ lane }) => lanes.includes(lane))) {
      const lease = this.leases.get(shardText(shard))
      if (!lease) continue
      this.leases.delete(shardText(shard))
      await releaseShard(postgres, lease)
    }
    for (const shard of take.filter(({ lane }) => lanes.includes(lane))) {
      const lease = await takeShard(postgres, shard, id)
      if (!lease) continue
      onTaken(lease)
      if (life === this.#life) this.leases.set(shardText(lease), lease)
    }
  }
}

/** The lanes of each loop of a process. */
const STRANDS: readonly (readonly Lane[])[] = [['live'], ['bulk', 'inner']]

/** At most `limit` items after where the lease is. */
export async function readItems(log: Log, lease: Lease, limit: number): Promise<Item[]> {
  const blocks = await log.read(lease, lease.position, limit)
  return itemsOf(blocks, lease.position).slice(0, limit)
}

/** Faults that the program meets by letting the shard go, and taking it again. */
function isForeseen(error: unknown): boolean {
  return (
    error instanceof Fenced ||
    error instanceof ConnectionLost ||
    error instanceof Conflict ||
    isRetryable(error)
  )
}
