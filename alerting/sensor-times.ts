import type { EvidenceBatch } from '../contracts/evidence-batch.ts'
import { nextRise } from './alarm-record.ts'
import { DueQueue } from './due-queue.ts'
import type { AlarmSlot, Due, SensorEntry } from './sensor-entry.ts'

/** Network delay moves the offset a little with every batch; only more than this is a clock. */
const OFFSET_TOLERANCE_MS = 500

/**
 * The clocks of a facility: what falls due, in the server's time, and how far the clock of each gateway is off.
 * Evidence and delays stand in sensor time, flags in that of the server.
 */
export class SensorTimes {
  /** Key: gateway id. Server clock minus gateway clock, ms. */
  readonly #offsets = new Map<string, number>()
  readonly #due = new DueQueue<Due>()
  readonly #sensors: Iterable<SensorEntry> & { [Symbol.iterator](): Iterator<SensorEntry> }
  #now: number

  /** `sensors` can be walked through more than once. @param now epoch ms of the server */
  constructor(sensors: Iterable<SensorEntry>, now: number) {
    this.#sensors = sensors
    this.#now = now
  }

  /** Epoch ms of the server. */
  get now(): number {
    return this.#now
  }

  offsets(): [string, number][] {
    return [...this.#offsets]
  }

  restore(offsets: readonly [string, number][]): void {
    for (const [gateway, offset] of offsets) this.#offsets.set(gateway, offset)
  }

  /** Moves the clock; gives what falls due until `now`, instant by instant. */
  *advance(now: number): Generator<{ at: number; timers: Due[] }> {
    this.#now = Math.max(this.#now, now)
    for (let due = this.#due.take(this.#now); due !== undefined; due = this.#due.take(this.#now)) yield due
  }

  set(timer: Due, at: number): void {
    this.#due.set(timer, at)
  }

  /** Of what is computed from several gateways, the clock furthest behind: its points wait for that one. */
  offsetOf({ sensor: { gateway, clocks } }: Pick<SensorEntry, 'sensor'>): number {
    const [first = gateway, ...others] = clocks ?? []
    let most = this.#offsetOfGateway(first)
    for (const other of others) most = Math.max(most, this.#offsetOfGateway(other))
    return most
  }

  #offsetOfGateway(gateway: string | undefined): number {
    return gateway === undefined ? 0 : (this.#offsets.get(gateway) ?? 0)
  }

  /** Infinity for the system's own sensors, which nobody polls. */
  staleAt({ sensor, evidence }: SensorEntry): number {
    return evidence + (sensor.staleAfterMs ?? Number.POSITIVE_INFINITY) + this.offsetOf({ sensor })
  }

  scheduleLook(entry: SensorEntry): void {
    this.#due.set(entry, this.staleAt(entry))
  }

  schedule(slot: AlarmSlot): void {
    const {
      alarm: { record, config },
      sensor,
    } = slot
    const isDelayed = record.phase === 'pendingOn' && record.due !== null
    const dueInSensorTime = Math.min(
      isDelayed ? Number(record.due) : Number.POSITIVE_INFINITY,
      nextRise(config, record),
    )
    let next = dueInSensorTime + this.offsetOf(sensor)
    for (const flag of [record.shelved, record.outOfService, ...record.suppressed]) {
      if (flag !== null && flag.until !== null) next = Math.min(next, flag.until)
    }
    this.#due.set(slot, Math.min(next, record.reAlarmAt ?? next))
  }

  reschedule(entry: SensorEntry): void {
    for (const slot of entry.alarms) this.schedule(slot)
    if (!entry.stale) this.scheduleLook(entry)
  }

  /**
   * Dues and evidence stand in sensor time. When the gateway's own clock was stepped they move with it,
   * so that what remained of a delay carries over. `move` is called with each alarm and by how much.
   */
  setOffset(batch: EvidenceBatch, move: (slot: AlarmSlot, shift: number) => void): void {
    const before = this.#offsets.get(batch.gateway)
    const isSmall = before !== undefined && Math.abs(before - batch.offset) < OFFSET_TOLERANCE_MS
    if (isSmall && !batch.stepped) return
    const entries = [...this.#sensors].filter(({ sensor }) => isDatedBy(sensor, batch.gateway))
    const offsets = entries.map((entry) => this.offsetOf(entry))
    this.#offsets.set(batch.gateway, batch.offset)
    for (const [at, entry] of entries.entries()) {
      const shift = (offsets[at] ?? 0) - this.offsetOf(entry)
      // Until the first batch, evidence was dated by the server's clock.
      if (before === undefined || batch.stepped) entry.evidence += shift
      if (before !== undefined && batch.stepped && shift !== 0)
        for (const slot of entry.alarms) move(slot, shift)
      this.reschedule(entry)
    }
  }

  /** The server's own clock was stepped by `step` ms: sensor time was not, so every delay runs on. */
  clockStepped(step: number): void {
    this.#now += step
    for (const [gateway, offset] of this.#offsets) this.#offsets.set(gateway, offset + step)
    for (const entry of this.#sensors) {
      const { gateway = '', clocks = [gateway] } = entry.sensor
      if (!clocks.some((clock) => this.#offsets.has(clock))) entry.evidence += step
      this.reschedule(entry)
    }
  }
}

function isDatedBy({ gateway, clocks }: SensorEntry['sensor'], by: string): boolean {
  return clocks === undefined ? gateway === by : clocks.includes(by)
}
