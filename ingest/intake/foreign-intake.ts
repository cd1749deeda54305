import type { SteadyClock } from '../../contracts/clock.ts'
import { FOREIGN_GATEWAY } from '../../contracts/foreign-device.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { ForeignDevices, ForeignTake } from '../foreign/foreign-devices.ts'
import type { BatchRecord, LoggedReading } from '../log/log-record.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import type { RecordTaker, TakenRecord } from './record-taker.ts'

export interface ForeignIntakeOptions {
  facility: string
  devices: ForeignDevices
  taker: RecordTaker
  deadLetters: DeadLetters
  /** Random, of this start of the server: the epoch of what it takes. */
  session: string
  clock: { monotonic(): number }
  steady: Pick<SteadyClock, 'now'>
  logger: Logger
}

/**
 * What devices publish that speak MQTT themselves. Nobody confirms it and nobody sends it again, so what the
 * log cannot take is evaluated, and lost to the store: that is counted as dropped.
 */
export class ForeignIntake {
  readonly #options: ForeignIntakeOptions
  #seq = 0
  /** Sensors whose last reading was dated by a clock that was stepped since. */
  #unordered = new Set<string>()
  /** The clock was stepped since the last record. */
  #isStepped = false
  /** Readings that came again, with the time they had before. */
  duplicates = 0

  constructor(options: ForeignIntakeOptions) {
    this.#options = options
  }

  /** False when the topic belongs to none of the devices. Never throws. */
  message(topic: string, { payload, retain }: { payload: Buffer; retain: boolean }): boolean {
    const { devices, steady } = this.#options
    const takes = devices.take(topic, { payload, arrived: steady.now(), isRetained: retain })
    for (const take of takes ?? []) this.#take(take, topic, payload)
    return takes !== undefined
  }

  replay(record: BatchRecord, position: number): void {
    this.#options.taker.replay(record, position)
  }

  /** The server's own wall clock was stepped: what is dated by it goes on from wherever it is. */
  clockStepped(sensors: Iterable<string>): void {
    this.#unordered = new Set(sensors)
    this.#isStepped = true
  }

  #take({ readings, refused, isLive }: ForeignTake, topic: string, payload: Buffer): void {
    const { facility, deadLetters, taker, session, clock, steady } = this.#options
    const arrived = steady.now()
    for (const { code, detail, count } of refused) {
      const place = { facility, gateway: FOREIGN_GATEWAY, kind: 'foreign' as const, topic }
      deadLetters.add({ ...place, time: arrived, code, detail, count, payload })
    }
    const news = readings.flatMap((reading, position) => this.#judge(reading, position))
    if (news.length === 0) return
    this.#seq += 1
    const stepped = this.#isStepped
    this.#isStepped = false
    const record: BatchRecord = {
      kind: 'batch',
      facility,
      gateway: FOREIGN_GATEWAY,
      epoch: session,
      seq: this.#seq,
      sent: arrived,
      shift: 0,
      total: null,
      size: news.length,
      arrived,
      isLive,
      fork: null,
      again: false,
      offset: 0,
      stepped,
      polled: null,
      gaps: [],
      readings: news,
    }
    void this.#finish(taker.take(record, clock.monotonic()))
  }

  /** Nobody numbers these, so their times tell current from late, and what came before. */
  #judge(reading: Reading, position: number): LoggedReading[] {
    const { sensor, time } = reading
    const before = this.#unordered.delete(sensor) ? undefined : this.#options.taker.latest(sensor)?.time
    if (time !== before)
      return [{ ...reading, position, late: before !== undefined && time < before, fold: 0 }]
    this.duplicates += 1
    return []
  }

  async #finish({ record, appended, journalled, passed }: TakenRecord): Promise<void> {
    const [journal, disk] = await Promise.allSettled([journalled, appended?.durable])
    if (journal.status === 'rejected')
      this.#options.logger.debug({ error: String(journal.reason) }, 'not journalled yet')
    if (appended !== undefined && disk.status === 'fulfilled') {
      passed('confirmed')
      return
    }
    if (appended !== undefined) this.#options.taker.untake(record)
    const { facility, gateway, epoch, seq, readings, arrived } = record
    const times = readings.map(({ time }) => time)
    this.#options.taker.noteGaps([
      {
        facility,
        gateway,
        epoch,
        seqs: [[seq, seq]],
        count: readings.length,
        from: Math.min(...times),
        to: Math.max(...times),
        reason: 'log',
        told: arrived,
      },
    ])
  }
}
