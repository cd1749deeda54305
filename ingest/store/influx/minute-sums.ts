import { QUALITY_NUMBER } from '../../../contracts/quality.ts'
import type { Reading } from '../../../contracts/reading.ts'
import { ROLL_UP_MS, type SeriesPoint, type SeriesTags } from '../../../contracts/store.ts'

/** What a gateway is called in tags. */
export type GatewayName = Pick<SeriesTags, 'facility' | 'gateway'>

/** A minute of a series, as it was added up while it was written. */
export interface MinuteSum {
  readonly series: SeriesTags
  low: number
  high: number
  total: number
  /** Readings whose value counts: those that are not bad. */
  valued: number
  count: number
  /** The worst. */
  quality: number
  /** The first of that quality; '' without one. */
  reason: string
  /** Of the newest reading in it. */
  time: number
  fold: number
  value: number | undefined
  mark: string
}

export interface TakenMinute {
  readonly sums: readonly MinuteSum[]
  /** Gateways whose readings of it the database has to count. */
  readonly doubtful: readonly GatewayName[]
  /** It could not be written: it is not done after all. */
  putBack(): void
}

interface Minute {
  /** Key: measurement and tags as they are written. */
  readonly sums: Map<string, MinuteSum>
  /** Has changed since it was rolled up. */
  isDirty: boolean
}

/** The minutes of one gateway. */
interface GatewayMinutes {
  readonly name: GatewayName
  /** Minutes up to this one may have readings that were written before: nothing is known of their sums. */
  before: number
  /** Key: start of the minute. In order of their first reading here. */
  readonly minutes: Map<number, Minute>
  /** Rolled up and forgotten. */
  readonly closed: Set<number>
  /** To be counted by the database. */
  readonly doubtful: Set<number>
}

/** Sums in memory, some 150 bytes each: 15,000 sensors for a quarter of an hour. */
const MAX_SUMS = 250_000
/** Minutes of a gateway remembered as closed: a month. */
const MAX_CLOSED = 43_200

/**
 * Adds up minutes while their readings go by, since asking InfluxDB to do it costs as much as writing them
 * (docs/decisions/0012). A minute that this cannot vouch for is doubtful, and left to the database: one that
 * had readings before, that was forgotten, or whose readings do not come in order of time or take each other's place.
 */
export class MinuteSums {
  /** Minutes of a gateway up to this time may have readings that were written before, epoch ms. */
  readonly #before: (gateway: GatewayName) => number
  /** Key: facility, a line feed, gateway. */
  readonly #gateways = new Map<string, GatewayMinutes>()
  readonly #gatewayOf = new WeakMap<SeriesTags, GatewayMinutes>()
  #size = 0

  constructor(before: (gateway: GatewayName) => number) {
    this.#before = before
  }

  /** A reading that is in the database now; `key` is its series as it is written. */
  add(key: string, { series, reading, fold }: SeriesPoint): void {
    const gateway = this.#gatewayOf.get(series) ?? this.#enter(series)
    const start = Math.floor(reading.time / ROLL_UP_MS) * ROLL_UP_MS
    const minute = gateway.minutes.get(start) ?? this.#begin(gateway, start)
    if (minute === undefined) return
    const sum = minute.sums.get(key)
    if (sum === undefined) {
      minute.sums.set(key, firstSum(series, reading, fold))
      minute.isDirty = true
      this.#size += 1
      if (this.#size > MAX_SUMS) this.#forgetOldest()
      return
    }
    if (reading.time > sum.time || (reading.time === sum.time && fold > sum.fold)) {
      count(sum, reading)
      sum.time = reading.time
      sum.fold = fold
      minute.isDirty = true
    } else if (!isNewest(sum, reading, fold)) this.#doubt(gateway, start)
  }

  /** What there is to roll up in a minute; from now on it counts as done. */
  take(start: number): TakenMinute {
    const gateways = [...this.#gateways.values()]
    const minutes = gateways.flatMap(({ minutes: known }) => {
      const minute = known.get(start)
      return minute?.isDirty === true ? [minute] : []
    })
    for (const minute of minutes) minute.isDirty = false
    const doubted = gateways.filter(({ doubtful }) => doubtful.delete(start))
    return {
      sums: minutes.flatMap(({ sums }) => [...sums.values()]),
      doubtful: doubted.map(({ name }) => name),
      putBack: () => {
        for (const minute of minutes) minute.isDirty = true
        for (const { doubtful } of doubted) doubtful.add(start)
      },
    }
  }

  #enter(series: SeriesTags): GatewayMinutes {
    const { facility, gateway: id } = series
    const key = `${facility}\n${id}`
    let gateway = this.#gateways.get(key)
    if (gateway === undefined) {
      const name = { facility, gateway: id }
      const before = Math.floor(this.#before(name) / ROLL_UP_MS) * ROLL_UP_MS
      gateway = { name, before, minutes: new Map(), closed: new Set(), doubtful: new Set() }
      this.#gateways.set(key, gateway)
    }
    this.#gatewayOf.set(series, gateway)
    return gateway
  }

  /** Undefined for a minute that is doubtful. */
  #begin(gateway: GatewayMinutes, start: number): Minute | undefined {
    if (start <= gateway.before || gateway.closed.has(start) || !Number.isSafeInteger(start)) {
      gateway.doubtful.add(start)
      return undefined
    }
    const minute = { sums: new Map<string, MinuteSum>(), isDirty: true }
    gateway.minutes.set(start, minute)
    return minute
  }

  #doubt(gateway: GatewayMinutes, start: number): void {
    this.#close(gateway, start)
    gateway.doubtful.add(start)
  }

  #close(gateway: GatewayMinutes, start: number): void {
    this.#size -= gateway.minutes.get(start)?.sums.size ?? 0
    gateway.minutes.delete(start)
    gateway.closed.add(start)
    if (gateway.closed.size <= MAX_CLOSED) return
    gateway.before = Math.max(gateway.before, ...gateway.closed)
    gateway.closed.clear()
  }

  /** One minute of each gateway, until half of the room is free. */
  #forgetOldest(): void {
    while (this.#size > MAX_SUMS / 2) {
      for (const gateway of this.#gateways.values()) {
        const [oldest] = gateway.minutes
        if (oldest === undefined) continue
        const [start, { isDirty }] = oldest
        this.#close(gateway, start)
        // Closed without having been rolled up.
        if (isDirty) gateway.doubtful.add(start)
      }
    }
  }
}

function firstSum(series: SeriesTags, reading: Reading, fold: number): MinuteSum {
  const sum: MinuteSum = {
    series,
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
    total: 0,
    valued: 0,
    count: 0,
    quality: QUALITY_NUMBER.good,
    reason: '',
    time: reading.time,
    fold,
    value: undefined,
    mark: '',
  }
  count(sum, reading)
  return sum
}

/** The same point once more. One that was computed anew stands in place of what is in the sum. */
function isNewest(sum: MinuteSum, reading: Reading, fold: number): boolean {
  return (
    reading.time === sum.time &&
    fold === sum.fold &&
    reading.value === sum.value &&
    markOf(reading) === sum.mark
  )
}

function markOf({ quality, reason = '' }: Pick<Reading, 'quality' | 'reason'>): string {
  return reason === '' ? quality : `${quality} ${reason}`
}

function count(sum: MinuteSum, { value, quality, reason = '' }: Reading): void {
  sum.count += 1
  sum.value = value
  sum.mark = markOf({ quality, reason })
  const number = QUALITY_NUMBER[quality]
  if (number < sum.quality) {
    sum.quality = number
    sum.reason = reason
  } else if (number === sum.quality && sum.reason === '') sum.reason = reason
  if (quality === 'bad' || value === undefined) return
  sum.low = Math.min(sum.low, value)
  sum.high = Math.max(sum.high, value)
  sum.total += value
  sum.valued += 1
}
