import type { SteadyClock } from '../../contracts/clock.ts'
import { FOREIGN_GATEWAY } from '../../contracts/foreign-device.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { ForeignDevices, ForeignTake } from '../foreign/foreign-devices.ts'
import type { BatchRecord, LoggedReading } from '../log/log-record.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import { LocalRecords } from './local-records.ts'
import type { RecordTaker } from './record-taker.ts'

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
 * What devices publish that speak MQTT themselves.
 */
export class ForeignIntake {
  readonly #options: ForeignIntakeOptions
  readonly #records: LocalRecords
  /** Sensors whose last reading was dated by a clock that was stepped since. */
  #unordered = new Set<string>()
  /** The clock was stepped since the last record. */
  #isStepped = false
  /** Readings that came again, with the time they had before. */
  duplicates = 0

  constructor(options: ForeignIntakeOptions) {
    this.#options = options
    this.#records = new LocalRecords({ ...options, gateway: FOREIGN_GATEWAY })
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
    const { facility, deadLetters, steady } = this.#options
    const arrived = steady.now()
    for (const { code, detail, count } of refused) {
      const place = { facility, gateway: FOREIGN_GATEWAY, kind: 'foreign' as const, topic }
      deadLetters.add({ ...place, time: arrived, code, detail, count, payload })
    }
    const news = readings.flatMap((reading, position) => this.#judge(reading, position))
    if (news.length === 0) return
    const stepped = this.#isStepped
    this.#isStepped = false
    this.#records.take({ arrived, isLive, stepped, readings: news })
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
}
