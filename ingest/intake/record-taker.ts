import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import type { Clock } from '../../contracts/clock.ts'
import { INHIBIT_GATEWAY } from '../../contracts/inhibit-gateway.ts'
import type { KeptGap } from '../../contracts/ledger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { BatchRecord } from '../log/log-record.ts'
import type { Appended, ServerLog } from '../log/server-log.ts'
import type { Lags, Stage } from '../metrics/lags.ts'
import type { AlarmPort } from './alarm-port.ts'
import { evidenceOf } from './evidence-of.ts'
import type { LedgerTally } from './ledger-tally.ts'

export interface RecordTakerOptions {
  log: Pick<ServerLog, 'append' | 'last' | 'refusal'>
  alarms: Pick<AlarmPort, 'evaluate' | 'replay'>
  ledger: LedgerTally
  lags: Lags
  clock: Clock
  /** Current readings, in the turn they arrive in. */
  onReadings: (readings: readonly Reading[]) => void
  /** What becomes of a new record before it is kept. */
  screen?: (record: BatchRecord) => BatchRecord
  /** A record was taken, or replayed: what is computed from it comes next, in the same turn. */
  onTaken?: (record: BatchRecord) => void
  onReplayed?: (record: BatchRecord) => void
}

/** A record that is evaluated. */
export interface TakenRecord {
  readonly record: BatchRecord
  /** Undefined when the log did not take it. */
  readonly appended: Appended | undefined
  /** Settles when the journal has what it caused. */
  readonly journalled: Promise<void>
  /** Tells how long its readings took to a station on their way. */
  readonly passed: (stage: Stage) => void
}

/**
 * What happens to every record of one facility, wherever it comes from: it is appended to the log, evaluated
 * in the same turn, counted and shown. After a start the same happens to what is replayed, and nobody is told.
 */
export class RecordTaker {
  readonly #options: RecordTakerOptions
  /** The newest current reading. Key: sensor id. */
  readonly #latest = new Map<string, Reading>()
  #gaps: KeptGap[] = []
  #lastRecord = 0

  constructor(options: RecordTakerOptions) {
    this.#options = options
  }

  latest(sensor: string): Reading | undefined {
    return this.#latest.get(sensor)
  }

  /** Number of the last record of the log that was of this facility; 0 before the first. */
  get lastRecord(): number {
    return this.#lastRecord
  }

  /** `since` is when it arrived, monotonic ms. */
  take(given: BatchRecord, since: number): TakenRecord {
    const record = this.#options.screen?.(given) ?? given
    const { log, alarms, onReadings } = this.#options
    const passed = this.#timed(record, since)
    passed('received')
    const appended = log.append(record)
    if (appended !== undefined) {
      this.#lastRecord = appended.number
      this.#count(record, 1)
    }
    const evidence = evidenceOf(record)
    const journalled = alarms.evaluate(evidence, log.last)
    passed('evaluated')
    this.#show(evidence.readings)
    onReadings(evidence.readings)
    this.#options.onTaken?.(record)
    return { record, appended, journalled, passed }
  }

  /** It was counted, and will never be durable. */
  untake(record: BatchRecord): void {
    this.#count(record, -1)
  }

  replay(record: BatchRecord, position: number): void {
    this.#lastRecord = position
    this.#count(record, 1)
    const evidence = evidenceOf(record)
    this.#options.alarms.replay(evidence, { now: record.arrived, position })
    this.#show(evidence.readings)
    this.#options.onReplayed?.(record)
  }

  /** Readings that will never come, or that nobody could keep. */
  noteGaps(gaps: readonly KeptGap[]): void {
    for (const gap of gaps) {
      const last = this.#gaps.at(-1)
      const joined = last && joinedGap(last, gap)
      if (joined === undefined) this.#gaps.push(gap)
      else this.#gaps[this.#gaps.length - 1] = joined
    }
  }

  get hasGaps(): boolean {
    return this.#gaps.length > 0
  }

  /** What a start needs, and the gaps since the last time. */
  snapshot(): { latest: Reading[]; gaps: KeptGap[] } {
    const gaps = this.#gaps
    this.#gaps = []
    return { latest: [...this.#latest.values()], gaps }
  }

  restore(latest: readonly Reading[]): void {
    this.#show(latest)
  }

  /** Those of sensors that are no more are shown to nobody. */
  keepOnly(sensors: { has(sensor: string): boolean }): void {
    for (const sensor of this.#latest.keys()) if (!sensors.has(sensor)) this.#latest.delete(sensor)
  }

  #show(readings: readonly Reading[]): void {
    for (const reading of readings) this.#latest.set(reading.sensor, reading)
  }

  #count(record: BatchRecord, sign: 1 | -1): void {
    const received = record.readings.length
    const late = record.again ? 0 : record.readings.reduce((sum, reading) => sum + Number(reading.late), 0)
    this.#options.ledger.add(record, { received, late, refused: record.size - received }, sign)
  }

  /** Counted from the oldest reading of the batch, by the clock that dated it. */
  #timed({ gateway, isLive, arrived, offset, readings }: BatchRecord, since: number): (stage: Stage) => void {
    const { clock, lags } = this.#options
    // What waits for its inputs, or is computed anew, says nothing about the way of readings.
    if (gateway === DERIVED_GATEWAY || gateway === INHIBIT_GATEWAY) return () => undefined
    const oldest = readings.reduce((least, { time }) => Math.min(least, time), arrived - offset)
    const before = arrived - offset - oldest
    const times = readings.length
    return (stage) => lags.add(stage, { isLive, ms: before + clock.monotonic() - since, times })
  }
}

/** A disk that stays full shall not fill the memory with what it costs. Undefined when they are not one gap. */
function joinedGap(last: KeptGap, next: KeptGap): KeptGap | undefined {
  const { facility, gateway, epoch, reason } = last
  const isSame = facility === next.facility && gateway === next.gateway && epoch === next.epoch
  const [first, ...others] = next.seqs
  const range = last.seqs.at(-1)
  if (!isSame || reason !== next.reason || first === undefined || range?.[1] !== first[0] - 1)
    return undefined
  return {
    ...last,
    seqs: [...last.seqs.slice(0, -1), [range[0], first[1]], ...others],
    count: last.count + next.count,
    from: Math.min(last.from, next.from),
    to: Math.max(last.to, next.to),
  }
}
