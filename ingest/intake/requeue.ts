import type { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { BatchRecord } from '../log/log-record.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import type { Quarantined, Source } from '../rejects/letter.ts'
import type { RecordTaker } from './record-taker.ts'

export interface RequeueOptions {
  places: { get(facility: string): { facility: Facility; taker: RecordTaker } | undefined }
  deadLetters: Pick<DeadLetters, 'takeRequeued' | 'settled'>
  clock: { monotonic(): number }
  steady: Pick<SteadyClock, 'now'>
}

/**
 * Takes quarantined readings that a person asked for, once the facility file knows their sensor. They are
 * history: stored, and given to the shadow life of their alarms, never annunciated.
 */
export class Requeue {
  readonly #options: RequeueOptions
  #running: Promise<number> | undefined

  constructor(options: RequeueOptions) {
    this.#options = options
  }

  /** Called every few seconds; answers with how many were taken. @throws CodedError when log or journal fails */
  run(): Promise<number> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<number> {
    const { deadLetters } = this.#options
    let count = 0
    for (;;) {
      const readings = await deadLetters.takeRequeued((source) => this.#isKnown(source))
      if (readings.length === 0) return count
      const batches = Map.groupBy(readings, ({ facility, gateway }) => `${facility} ${gateway}`)
      for (const batch of batches.values()) await this.#take(batch)
      await deadLetters.settled(readings.map(({ id }) => id))
      count += readings.length
    }
  }

  #isKnown({ facility, gateway, sensor }: Source): boolean {
    return this.#options.places.get(facility)?.facility.sensors.get(sensor)?.gateway === gateway
  }

  async #take(batch: readonly Quarantined[]): Promise<void> {
    const [first] = batch
    if (first === undefined) return
    const taker = this.#options.places.get(first.facility)?.taker
    // Gone since it was asked for: they stay in quarantine.
    if (taker === undefined) throw new CodedError('FACILITY_UNKNOWN', first.facility)
    const { clock, steady } = this.#options
    const { appended, journalled } = taker.take(recordOf(first, batch, steady.now()), clock.monotonic())
    // Without either they stay in quarantine, and are taken again.
    await Promise.all([journalled, appended?.durable ?? Promise.reject(new Error('the log takes nothing'))])
  }
}

function recordOf(first: Quarantined, batch: readonly Quarantined[], arrived: number): BatchRecord {
  const { facility, gateway, epoch, seq } = first
  const readings = batch
    .map(({ sensor, time, shift, value, quality, reason, position }) => ({
      sensor,
      time: time + shift,
      ...(value === undefined ? {} : { value }),
      quality,
      ...(reason === undefined ? {} : { reason }),
      position,
      late: true,
      fold: 0,
    }))
    .toSorted((a, b) => a.time - b.time)
  return {
    kind: 'batch',
    facility,
    gateway,
    epoch,
    seq,
    sent: readings.at(-1)?.time ?? arrived,
    shift: 0,
    total: null,
    size: readings.length,
    arrived,
    isLive: false,
    fork: null,
    again: false,
    offset: 0,
    stepped: false,
    polled: null,
    gaps: [],
    readings,
  }
}
