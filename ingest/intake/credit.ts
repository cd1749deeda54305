import type { Clock } from '../../contracts/clock.ts'

/** Backlog batches that the gateways of all facilities together may have under way. */
export const CREDIT_BUDGET = 64
/** More does not make one gateway faster. */
const MAX_CREDIT = 8
/** With more gateways than budget, the turn passes on this often, ms: the patience of a gateway. */
const TURN_MS = 10_000
/** Who shares is counted anew this often, ms. */
const COUNT_MS = 250

/**
 * The share of one of `gateways` online gateways. All shares together never exceed the budget; when there
 * is less than one each, they take turns.
 */
export function creditShare(share: { gateways: number; index: number; monotonic: number }): number {
  const { gateways, index, monotonic } = share
  if (gateways <= CREDIT_BUDGET)
    return Math.min(MAX_CREDIT, Math.floor(CREDIT_BUDGET / Math.max(1, gateways)))
  const turn = Math.floor(monotonic / TURN_MS) * CREDIT_BUDGET
  return (index + turn) % gateways < CREDIT_BUDGET ? 1 : 0
}

interface Sharer {
  readonly state: string
}

/** What every gateway may have under way on its backlog lane: nothing while the log has no room for more. */
export class Credit {
  readonly #clock: Clock
  readonly #isTight: () => boolean
  readonly #groups: (() => Iterable<Sharer>)[] = []
  /** Key: a gateway that is online. Value: its index among them. */
  #online = new Map<Sharer, number>()
  #countedAt = Number.NEGATIVE_INFINITY

  constructor(options: { clock: Clock; isTight: () => boolean }) {
    this.#clock = options.clock
    this.#isTight = options.isTight
  }

  /** Gateways that share with the others, until what this answers with is called. */
  join(group: () => Iterable<Sharer>): () => void {
    this.#groups.push(group)
    return () => {
      this.#groups.splice(this.#groups.indexOf(group), 1)
      this.#countedAt = Number.NEGATIVE_INFINITY
    }
  }

  of(gateway: Sharer): number {
    if (this.#isTight()) return 0
    const monotonic = this.#clock.monotonic()
    if (monotonic - this.#countedAt >= COUNT_MS || !this.#online.has(gateway)) this.#count(gateway, monotonic)
    const index = this.#online.get(gateway) ?? 0
    return creditShare({ gateways: this.#online.size, index, monotonic })
  }

  #count(asking: Sharer, monotonic: number): void {
    const sharers = this.#groups.flatMap((group) => [...group()])
    const online = sharers.filter((sharer) => sharer === asking || sharer.state === 'online')
    this.#online = new Map(online.map((sharer, index) => [sharer, index]))
    this.#countedAt = monotonic
  }
}
