import type { GatewayView } from '../../contracts/api.ts'
import { CLOCK_STEP_MS } from '../../contracts/clock.ts'
import type { Gateway } from '../../contracts/facility.ts'
import { LOST_AFTER_HEARTBEATS } from '../../contracts/wire.ts'
import type { DecodedBatch } from './batch-decode.ts'
import type { Dating } from './dating.ts'
import type { DeliveryMarks, Lane } from './delivery-marks.ts'

/**
 * Who has not been heard since the server listens is given so long, ms: a gateway that found no broker waits up
 * to 10 s before it tries again.
 */
export const FIRST_WORD_MS = 12_000
/** Two gateways speak in one name when an epoch that was over comes back so often within this time, ms. */
const CLONE_RETURNS = 3
const CLONE_WINDOW_MS = 600_000

/** Clocks of the server at one moment. */
export interface Moment {
  monotonic: number
  /** Epoch ms. */
  now: number
}

/** What a live batch told about its gateway. */
export interface LiveNews {
  /** The gateway was not online before. */
  isBack: boolean
  dating: Dating
  /** The clock of the times that come out was stepped since the last batch. */
  stepped: boolean
  /** Live batches are missing before it, or may be. */
  afterHole: boolean
  /** Sign of life of the devices can be believed: nothing is missing before it. */
  isPolledEvidence: boolean
}

/** Presence, clock, sequence and counts of one gateway. No I/O; times are handed in. */
export class GatewayWatch {
  #gateway: Gateway
  readonly marks: DeliveryMarks
  readonly counters = { batches: 0, readings: 0, late: 0, duplicates: 0, rejected: 0, lost: 0 }
  /** Readings that the gateway said it dropped. Key: reason. */
  readonly dropped = new Map<string, number>()
  /** Two gateways speak in this name. */
  isCloned = false
  state: GatewayView['state'] = 'unknown'
  /** Epoch ms. */
  since: number
  lastHeard: number | null = null
  session: string | null = null
  version: string | null = null
  configMatches: boolean | null = null
  health: object | null = null
  /** The live sequence has a hole: `polled` is no evidence until a snapshot came. */
  #needsSnapshot = true
  #askedAt = Number.NEGATIVE_INFINITY
  #heardAt: number
  #epoch: string | null = null
  /** Epoch of the last batch on the live topic. */
  #spoke: string | null = null
  #lastSeq = 0
  /** When epochs that were over came back, monotonic ms. */
  #returns: number[] = []
  /** The dating of the last live batch; its offset moves with the server's clock. */
  #dating: Dating | null = null

  /** `monotonic` and `now` are the clocks at the start: a gateway never heard is lost like one that stopped. */
  constructor(options: { gateway: Gateway; marks: DeliveryMarks } & Moment) {
    this.#gateway = options.gateway
    this.marks = options.marks
    this.#heardAt = options.monotonic
    this.since = options.now
  }

  get gateway(): Gateway {
    return this.#gateway
  }

  /** The facility file says something else of it. */
  follow(gateway: Gateway): void {
    this.#gateway = gateway
  }

  /** From now on it can be heard: silence counts from here. */
  listen(monotonic: number): void {
    this.#heardAt = monotonic
    this.marks.measureAnew()
  }

  /**
   * The lane that a batch of the live topic belongs into. One of an epoch that is over is history while the
   * newer one is heard: it was under way when its gateway restarted, or somebody runs on a copy.
   */
  laneOf(epoch: string, { monotonic }: Moment): Lane {
    const isOther = epoch !== this.#spoke
    this.#spoke = epoch
    if (epoch === this.#epoch || !this.marks.isPast(epoch)) return 'live'
    if (isOther && this.#epoch !== null) this.#returns.push(monotonic)
    if (this.state === 'online') return 'backlog'
    this.marks.promote(epoch)
    return 'live'
  }

  /** A live batch that has not been taken before, of an epoch that has been met. */
  live(batch: DecodedBatch, at: Moment): LiveNews {
    const isNewEpoch = batch.epoch !== this.#epoch
    const afterHole = this.#follow(batch, isNewEpoch)
    const dating = this.marks.measure(batch.epoch, batch.sent, at.now)
    const stepped = this.#isStep(dating, isNewEpoch)
    this.#dating = dating
    this.#epoch = batch.epoch
    this.#heardAt = at.monotonic
    this.lastHeard = at.now
    const isBack = this.state !== 'online'
    if (isBack) this.#become('online', at.now)
    return { isBack, dating, stepped, afterHole, isPolledEvidence: !this.#needsSnapshot }
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
  sweep(at: Moment): boolean {
    this.#returns = this.#returns.filter((time) => at.monotonic - time < CLONE_WINDOW_MS)
    this.isCloned = this.#returns.length >= CLONE_RETURNS
    const silence = at.monotonic - this.#heardAt
    const missed = LOST_AFTER_HEARTBEATS * this.gateway.heartbeatMs
    const isQuiet = silence > (this.lastHeard === null ? Math.max(missed, FIRST_WORD_MS) : missed)
    if (!isQuiet || (this.state !== 'online' && this.state !== 'unknown')) return false
    this.#become('lost', at.now)
    return true
  }

  /** True when the gateway is to be asked for a snapshot: at once, and after every heartbeat without one. */
  asksSnapshot(monotonic: number): boolean {
    if (!this.#needsSnapshot || monotonic - this.#askedAt < this.gateway.heartbeatMs) return false
    this.#askedAt = monotonic
    return true
  }

  /** The server's own clock was stepped by so many ms. */
  clockStepped(step: number): void {
    this.marks.clockStepped(step)
    // Alarms move what they hold in the same way, so this stays what they were told last.
    if (this.#dating !== null) this.#dating = { ...this.#dating, offset: this.#dating.offset + step }
  }

  /** Batches of the live epoch that have not come. */
  get missing(): number {
    return this.#epoch === null ? 0 : this.marks.missing(this.#epoch)
  }

  /** Server clock minus gateway clock, ms; null until the first live batch. */
  get skew(): number | null {
    return this.#epoch === null ? null : (this.marks.offsetOf(this.#epoch) ?? null)
  }

  /** Server clock minus the clock that dates this gateway's readings, ms. */
  get offset(): number {
    return this.#dating?.offset ?? 0
  }

  /** True when there is a hole before the batch. Only a snapshot fills one, and it cannot fill those after it. */
  #follow(batch: DecodedBatch, isNewEpoch: boolean): boolean {
    const last = isNewEpoch ? 0 : this.#lastSeq
    if (batch.seq <= last) return false
    this.#lastSeq = batch.seq
    const isHole = isNewEpoch || batch.seq !== last + 1
    if (batch.isSnapshot) {
      this.#needsSnapshot = false
      this.#askedAt = Number.NEGATIVE_INFINITY
    } else if (isHole) this.#needsSnapshot = true
    return isHole
  }

  /**
   * Within an epoch the offset only gets better known. It is a step when a new epoch, a change between
   * the gateway's clock and ours, or a step of ours while we date the readings moves it further than that.
   */
  #isStep(dating: Dating, isNewEpoch: boolean): boolean {
    const before = this.#dating
    if (dating.isChanged) return true
    if (before === null || Math.abs(dating.offset - before.offset) <= CLOCK_STEP_MS) return false
    return isNewEpoch || dating.shift !== 0 || before.shift !== 0
  }

  #become(state: GatewayView['state'], now: number): void {
    this.state = state
    this.since = now
  }
}
