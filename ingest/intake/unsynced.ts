import type { BatchRecord } from '../log/log-record.ts'
import type { AlarmPort } from './alarm-port.ts'
import type { BatchIdentity } from './batch-decode.ts'
import type { WeighedBatches } from './delivery-marks.ts'
import { evidenceOf } from './evidence-of.ts'
import type { GatewayWatch } from './gateway-watch.ts'

type Watches = ReadonlyMap<string, GatewayWatch>

/** As it is kept with the alarms. */
interface KeptUnsynced {
  /** Key: gateway id. */
  weighed: Record<string, WeighedBatches>
  holes: BatchRecord[]
}

/** More that ended a hole and cannot be kept is a log that takes nothing. */
const MAX_HOLES = 32

/**
 * What the alarms have taken from batches that may not be durable in the log: kept with every commit of the
 * journal, so that a start weighs nothing twice, and knows what alarms were like before a hole.
 */
export class Unsynced {
  /** Batches that ended a hole, without what they held. Key: gateway, epoch, seq, with spaces between. */
  readonly #holes = new Map<string, BatchRecord>()

  /** Evaluated a moment later. */
  note(record: BatchRecord): void {
    if (record.fork === null) return
    this.#holes.set(keyOf(record), { ...record, polled: null, stepped: false, gaps: [], readings: [] })
    const [oldest] = this.#holes.keys()
    if (this.#holes.size > MAX_HOLES && oldest !== undefined) this.#holes.delete(oldest)
  }

  /** How alarms were before the hole that this batch ended, when the log could not take it. */
  forkOf(gateway: string, batch: BatchIdentity): BatchRecord['fork'] {
    return this.#holes.get(keyOf({ gateway, ...batch }))?.fork ?? null
  }

  /** It is durable in the log. */
  synced(gateway: string, batch: BatchIdentity): void {
    this.#holes.delete(keyOf({ gateway, ...batch }))
  }

  /** As text; undefined when there is nothing. */
  keep(watches: Watches): string | undefined {
    const gateways = [...watches].flatMap(([id, { marks }]) => {
      const batches = marks.weighed()
      return Object.keys(batches).length === 0 ? [] : [[id, batches]]
    })
    if (gateways.length === 0 && this.#holes.size === 0) return undefined
    const kept: KeptUnsynced = { weighed: Object.fromEntries(gateways), holes: [...this.#holes.values()] }
    return JSON.stringify(kept)
  }

  /** What {@link keep} gave in the last run, after the replay of its log, which ended at `position`. */
  restore(text: string, position: number, by: { watches: Watches; alarms: Pick<AlarmPort, 'replay'> }): void {
    const { weighed, holes } = JSON.parse(text) as KeptUnsynced
    for (const [id, batches] of Object.entries(weighed)) by.watches.get(id)?.marks.weighBefore(batches)
    for (const hole of holes) {
      const marks = by.watches.get(hole.gateway)?.marks
      if (marks === undefined || marks.isLogged(hole.epoch, hole.seq)) continue
      this.note(hole)
      by.alarms.replay(evidenceOf(hole), { now: hole.arrived, position })
    }
  }
}

function keyOf({ gateway, epoch, seq }: BatchIdentity & { gateway: string }): string {
  return `${gateway} ${epoch} ${seq}`
}
