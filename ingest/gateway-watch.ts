import type { GatewayView } from '../contracts/api.ts'
import type { Gateway } from '../contracts/facility.ts'
import { LOST_AFTER_HEARTBEATS } from '../contracts/wire.ts'
import type { DecodedBatch } from './batch-decode.ts'
import type { DeliveryMarks } from './delivery-marks.ts'

/** Clocks further apart than this: readings are dated at arrival and uncertain (DESIGN section 5), ms. */
export const MAX_SKEW_MS = 60_000
const STEP_MS = 1_000

/** What a live batch told about its gateway. */
export interface LiveNews {
  /** The gateway was not online before. */
  isBack: boolean
  /** Server clock minus gateway clock, the least seen in this epoch, ms: the rest is network. */
  offset: number
  /** The gateway's clock was stepped since its last epoch. */
  stepped: boolean
  /** Sign of life of the devices can be believed: nothing is missing before it. */
  isPolledEvidence: boolean
}

/** Presence, clock, sequence and counts of one gateway. No I/O; times are handed in. */
export class GatewayWatch {
  readonly gateway: Gateway
  readonly marks: DeliveryMarks
  readonly counters = { batches: 0, readings: 0, late: 0, duplicates: 0, rejected: 0, lost: 0 }
  state: GatewayView['state'] = 'unknown'
  /** Epoch ms. */
  since: number
  lastHeard: number | null = null
  session: string | null = null
  version: string | null = null
  configMatches: boolean | null = null
  health: unknown = null
  /** Live sequence has a hole: `polled` is no evidence until a snapshot came. */
  needsSnapshot = true
  #heardAt: number
  #epoch: string | null = null
  #lastSeq = 0
  #offset: number | null = null

  /** `monotonic` and `now` are the clocks at the start: a gateway never heard is lost like one that stopped. */
  constructor(options: { gateway: Gateway; marks: DeliveryMarks; monotonic: number; now: number }) {
    this.gateway = options.gateway
    this.marks = options.marks
    this.#heardAt = options.monotonic
    this.since = options.now
  }

  live(batch: DecodedBatch, at: { monotonic: number; now: number }): LiveNews {
    const isNewEpoch = batch.epoch !== this.#epoch
    const offset = at.now - batch.sent
    const before = this.#offset
    this.#offset = isNewEpoch || before === null ? offset : Math.min(before, offset)
    const stepped = isNewEpoch && before !== null && Math.abs(this.#offset - before) > STEP_MS
    const isInOrder = isNewEpoch ? batch.seq === 1 : batch.seq === this.#lastSeq + 1
    if (batch.isSnapshot) this.needsSnapshot = false
    else if (!isInOrder) this.needsSnapshot = true
    this.#epoch = batch.epoch
    this.#lastSeq = Math.max(isNewEpoch ? 0 : this.#lastSeq, batch.seq)
    this.#heardAt = at.monotonic
    this.lastHeard = at.now
    const isBack = this.state !== 'online'
    if (isBack) this.#become('online', at.now)
    return { isBack, offset: this.#offset, stepped, isPolledEvidence: !this.needsSnapshot }
  }

  birth(state: { session: string; version: string; configMatches: boolean }): void {
    this.session = state.session
    this.version = state.version
    this.configMatches = state.configMatches
  }

  /** True when the gateway went; the offline of another session (a stale will) is ignored. */
  goodbye(session: string, now: number): boolean {
    if (this.session !== session || this.state === 'offline') return false
    this.#become('offline', now)
    return true
  }

  /** True when the gateway has just been lost: three missed heartbeats on the monotonic clock. */
  sweep(at: { monotonic: number; now: number }): boolean {
    const silence = at.monotonic - this.#heardAt
    const isQuiet = silence > LOST_AFTER_HEARTBEATS * this.gateway.heartbeatMs
    if (!isQuiet || (this.state !== 'online' && this.state !== 'unknown')) return false
    this.#become('lost', at.now)
    return true
  }

  /** The server's own clock was stepped by so many ms. */
  clockStepped(step: number): void {
    if (this.#offset !== null) this.#offset += step
  }

  get missing(): number {
    return this.#epoch === null ? 0 : this.marks.missing(this.#epoch)
  }

  get offset(): number | null {
    return this.#offset
  }

  #become(state: GatewayView['state'], now: number): void {
    this.state = state
    this.since = now
  }
}
