import type { Clock } from '../../../contracts/clock.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { ROLL_UP_MS, type SeriesPoint, type StatusPoint } from '../../../contracts/store.ts'
import type { InfluxQuery } from './influx-query.ts'
import { countedRollUps, summedRollUp } from './influx-roll-up.ts'
import { FROM_READINGS } from './influxql.ts'
import type { ReadingLines } from './line-protocol.ts'
import { type GatewayName, MinuteSums, type TakenMinute } from './minute-sums.ts'

/** Minutes counted with one question: at 1 Hz 600 readings of every series. */
const COUNTED_MINUTES = 10
/** How far back the newest reading of a gateway is looked for, ms: all that is older counts as written before. */
const LOOK_BACK_MS = 86_400_000

/** Roll-ups of what is written to an InfluxDB: added up on the way where that is certain, else counted there. */
export class InfluxMinutes {
  readonly #query: InfluxQuery
  readonly #lines: ReadingLines
  readonly #clock: Clock
  #sums: MinuteSums | undefined

  constructor(options: { query: InfluxQuery; lines: ReadingLines; clock: Clock }) {
    this.#query = options.query
    this.#lines = options.lines
    this.#clock = options.clock
  }

  /** Before the first write. @throws CodedError STORE_UNREACHABLE or STORE_BUSY: a write would fail too */
  async begin(): Promise<void> {
    if (this.#sums !== undefined) return
    const since = this.#clock.wall() - LOOK_BACK_MS
    let newest: ReadonlyMap<string, number>
    try {
      newest = await this.#newest(since)
    } catch (error) {
      const code = error instanceof CodedError ? error.code : undefined
      if (code === 'STORE_UNREACHABLE' || code === 'STORE_BUSY') throw error
      // Who may write and not read still writes. InfluxDB 3 makes what is missing with the first write.
      const before = code === 'STORE_MISSING' ? since : Number.POSITIVE_INFINITY
      this.#sums ??= new MinuteSums(() => before)
      return
    }
    this.#sums ??= new MinuteSums((gateway) => newest.get(keyOf(gateway)) ?? since)
  }

  /** When the newest reading of each gateway was sampled. Key: {@link keyOf} it. */
  async #newest(since: number): Promise<ReadonlyMap<string, number>> {
    const answer = await this.#query.ask(
      `SELECT last("quality") FROM ${FROM_READINGS} WHERE time >= ${since}ms GROUP BY "facility","gateway"`,
    )
    const newest = new Map<string, number>()
    for (const { tags, rows } of answer) {
      const key = keyOf({ facility: tags.facility ?? '', gateway: tags.gateway ?? '' })
      newest.set(key, Math.max(since, newest.get(key) ?? since, ...rows.map(({ time }) => Number(time))))
    }
    return newest
  }

  /** These are in the database. */
  add(points: readonly SeriesPoint[]): void {
    for (const point of points) this.#sums?.add(this.#lines.prefixOf(point.series), point)
  }

  /** Every series of a span of whole minutes, as the database counts it. @throws CodedError as a question */
  async *counted(span: { from: number; to: number }, gateway?: GatewayName): AsyncGenerator<StatusPoint[]> {
    const step = COUNTED_MINUTES * ROLL_UP_MS
    for (let from = span.from; from < span.to; from += step) {
      yield await countedRollUps(this.#query, { from, to: Math.min(span.to, from + step) }, gateway)
    }
  }

  /** What this object has written there since the last time. @throws CodedError as a question, or of `write` */
  async own(
    span: { from: number; to: number },
    write: (points: readonly StatusPoint[]) => Promise<void>,
  ): Promise<void> {
    const taken: TakenMinute[] = []
    try {
      for (let start = span.from; start < span.to; start += ROLL_UP_MS) {
        const minute = this.#sums?.take(start)
        if (minute === undefined) continue
        taken.push(minute)
        await write(minute.sums.map((sum) => summedRollUp(sum, start)))
        for (const gateway of minute.doubtful)
          await write(await countedRollUps(this.#query, { from: start, to: start + ROLL_UP_MS }, gateway))
      }
    } catch (error) {
      for (const { putBack } of taken) putBack()
      throw error
    }
  }
}

function keyOf({ facility, gateway }: GatewayName): string {
  return `${facility}\n${gateway}`
}
