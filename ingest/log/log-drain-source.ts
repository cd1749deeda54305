import type { SeriesPoint } from '../../contracts/store.ts'
import type { DrainedBatch, DrainPart, DrainSource } from '../drain/drain-source.ts'
import { Catalogue } from './catalogue.ts'
import { LogReader } from './log-reader.ts'
import type { BatchRecord, LogRecord } from './log-record.ts'

/** What a thread opens its end of the log with: plain data. */
export interface LogDrainPlan {
  folder: string
  /** Number of the last record that is in the store. */
  after: number
  /** Records up to this number are durable. */
  limit: number
}

/** Said to a source, see {@link LogDrainSource.tell}. */
export const GROWN = 'grown'

/** The points of the log on their way to the store. */
export class LogDrainSource implements DrainSource {
  readonly #reader: LogReader
  readonly #catalogue: Catalogue
  #wake: () => void = () => undefined
  #isClosed = false

  constructor(reader: LogReader, catalogue: Catalogue) {
    this.#reader = reader
    this.#catalogue = catalogue
  }

  /** Records up to this number are durable; or the catalogue has grown, for records that are told of later. */
  tell(message: number | typeof GROWN): void {
    if (message === GROWN) {
      this.#catalogue.readOn()
      return
    }
    this.#reader.allow(message)
    this.#wake()
  }

  async next(points: number): Promise<DrainPart | undefined> {
    const part: { points: SeriesPoint[]; batches: DrainedBatch[] } = { points: [], batches: [] }
    const from = this.#reader.position
    while (!this.#isClosed && part.points.length < points) {
      const next = await this.#reader.next()
      if (next !== undefined) this.#add(part, next.record)
      else if (this.#reader.position > from) break
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
    return this.#isClosed ? undefined : { last: this.#reader.position, ...part }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake()
    await this.#reader.close()
  }

  #add(part: { points: SeriesPoint[]; batches: DrainedBatch[] }, record: LogRecord): void {
    if (record.kind !== 'batch' || record.readings.length === 0) return
    const { facility, gateway, epoch, sent, isLive, offset, readings } = record
    let oldest = Number.POSITIVE_INFINITY
    for (const reading of readings) {
      part.points.push(this.#point(facility, reading))
      oldest = Math.min(oldest, reading.time)
    }
    const sampled = oldest + offset
    part.batches.push({ facility, gateway, epoch, sent, sampled, isLive, readings: readings.length })
  }

  #point(facility: string, reading: BatchRecord['readings'][number]): SeriesPoint {
    const { fold, sensor, time } = reading
    return { series: this.#catalogue.seriesOf(facility, sensor, time), reading, fold }
  }
}

/** The log as the drain thread reads it, while the server's own thread writes. @throws CodedError DATA_DAMAGED */
export function openLogReader(plan: unknown): LogDrainSource {
  const { folder, after, limit } = plan as LogDrainPlan
  const catalogue = Catalogue.open(folder)
  const source = new LogDrainSource(new LogReader({ folder, catalogue, after, isWritten: true }), catalogue)
  source.tell(limit)
  return source
}
