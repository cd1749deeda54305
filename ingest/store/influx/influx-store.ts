import type { Clock } from '../../../contracts/clock.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Reading } from '../../../contracts/reading.ts'
import {
  type Bucket,
  type RangeQuery,
  type RefusedPoint,
  type RefusedStatus,
  ROLL_UP_MS,
  type RollUpSpan,
  type SeriesPoint,
  type StatusPoint,
  type TimeSeriesStore,
} from '../../../contracts/store.ts'
import type { Horizons } from '../history-sources.ts'
import { qualityOf } from '../series-file.ts'
import type { StorePlan } from '../store-plan.ts'
import { influxBuckets } from './influx-buckets.ts'
import { InfluxClient } from './influx-client.ts'
import { InfluxMinutes } from './influx-minutes.ts'
import { InfluxQuery } from './influx-query.ts'
import { FROM_READINGS, ofSensor } from './influxql.ts'
import { ReadingLines, statusLine } from './line-protocol.ts'
import { type Refused, writeByHalves } from './line-writer.ts'
import { type Place, writePath } from './places.ts'

/** More do not make InfluxDB faster, and each holds what it was given (docs/decisions/0012). */
const CONCURRENCY = 2
/** Points of one write of roll-ups or status. */
const WRITE_POINTS = 5_000
/** Kept as long as roll-ups, and beside the readings too, where dashboards look first. */
const KEPT_LONG = ['alarm', 'alarm_kpi']

/**
 * InfluxDB 1.x, 2.x or 3.x. Written by line protocol, asked in InfluxQL; it keeps its retention by itself. A
 * fold of one millisecond stands so many nanoseconds behind it.
 */
export class InfluxStore implements TimeSeriesStore {
  readonly concurrency = CONCURRENCY
  readonly #config: StorePlan['config']
  readonly #clock: Clock
  readonly #client: InfluxClient
  readonly #query: InfluxQuery
  readonly #lines = new ReadingLines({ hasReason: true })
  readonly #minutes: InfluxMinutes
  /** Resolves once every write that was called so far is done, one way or another. */
  #written: Promise<void> = Promise.resolve()

  constructor(options: { plan: Omit<StorePlan, 'file'>; clock: Clock }) {
    const { plan, clock } = options
    this.#config = plan.config
    this.#clock = clock
    this.#client = new InfluxClient(plan)
    this.#query = new InfluxQuery({ client: this.#client, config: plan.config, clock })
    this.#minutes = new InfluxMinutes({ query: this.#query, lines: this.#lines, clock })
  }

  async write(points: readonly SeriesPoint[]): Promise<RefusedPoint[]> {
    if (points.length === 0) return []
    const before = this.#written
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#written = promise
    try {
      await this.#minutes.begin()
      const refused = await this.#send(points)
      // Whichever write is done first, sums want their readings in order.
      await before
      const lost = new Set(refused.map(({ item }) => item))
      this.#minutes.add(lost.size === 0 ? points : points.filter((point) => !lost.has(point)))
      return refused.map(({ item, detail }) => ({ point: item, detail }))
    } finally {
      resolve(before)
    }
  }

  async writeStatus(points: readonly StatusPoint[]): Promise<RefusedStatus[]> {
    const refused = await this.#writeLines(points, 'raw')
    const long = points.filter(({ measurement }) => KEPT_LONG.includes(measurement))
    return [...refused, ...(await this.#writeLines(long, 'rollup'))]
  }

  async range({ limit, ...query }: RangeQuery & { limit: number }): Promise<Reading[]> {
    const answer = await this.#query.ask(
      `SELECT "value","quality","reason" FROM ${FROM_READINGS} WHERE ${ofSensor(query)} ORDER BY time LIMIT ${limit}`,
    )
    const rows = answer.flatMap((series) => series.rows)
    // A sensor whose kind was changed stands in two measurements, each in order.
    const sorted = answer.length > 1 ? rows.sort((a, b) => Number(a.time) - Number(b.time)) : rows
    return sorted.slice(0, limit).map((row) => ({
      sensor: query.sensor,
      time: Number(row.time),
      ...(typeof row.value === 'number' ? { value: row.value } : {}),
      quality: qualityOf(Number(row.quality)),
      ...(typeof row.reason === 'string' && row.reason !== '' ? { reason: row.reason } : {}),
    }))
  }

  buckets(query: RangeQuery & { everyMs: number }): Promise<Bucket[]> {
    return influxBuckets(this.#query, query, this.#horizons())
  }

  async rollUp({ from, to, isOwn = false }: RollUpSpan): Promise<void> {
    // A minute that has lost readings would be counted anew without them.
    const oldest = this.#horizons().raw + ROLL_UP_MS
    const span = {
      from: Math.max(Math.floor(from / ROLL_UP_MS) * ROLL_UP_MS, oldest),
      to: Math.ceil(to / ROLL_UP_MS) * ROLL_UP_MS,
    }
    const write = async (points: readonly StatusPoint[]) => {
      const [refused] = await this.#writeLines(points, 'rollup')
      if (refused !== undefined) throw new CodedError('STORE_REFUSED', `a roll-up: ${refused.detail}`)
    }
    if (isOwn) await this.#minutes.own(span, write)
    else for await (const points of this.#minutes.counted(span)) await write(points)
  }

  async prune(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {
    this.#client.close()
  }

  #send(points: readonly SeriesPoint[]): Promise<Refused<SeriesPoint>[]> {
    return writeByHalves(
      points,
      (some) => {
        const precision = this.#lines.precisionOf(some)
        return this.#client.write(
          writePath(this.#config, 'raw', precision),
          this.#lines.textOf(some, precision),
        )
      },
      () => this.#clock.wall(),
    )
  }

  /** What the database has dropped by now, if its retention is what the file says. */
  #horizons(): Horizons {
    const since = (ms: number) => Math.ceil((this.#clock.wall() - ms) / ROLL_UP_MS) * ROLL_UP_MS
    return { raw: since(this.#config.retentionMs), minute: since(this.#config.rollUpRetentionMs) }
  }

  async #writeLines(points: readonly StatusPoint[], place: Place): Promise<RefusedStatus[]> {
    const path = writePath(this.#config, place, 'ms')
    const refused: RefusedStatus[] = []
    for (let start = 0; start < points.length; start += WRITE_POINTS) {
      const some = await writeByHalves(
        points.slice(start, start + WRITE_POINTS),
        async (part) => {
          const lines = part.map(statusLine).filter((line) => line !== undefined)
          if (lines.length > 0) await this.#client.write(path, `${lines.join('\n')}\n`)
        },
        () => this.#clock.wall(),
      )
      refused.push(...some.map(({ item, detail }) => ({ point: item, detail })))
    }
    return refused
  }
}
