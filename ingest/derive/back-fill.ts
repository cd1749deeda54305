import type { LiveSettings } from '../../contracts/analytics/computation.ts'
import { computationOf, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { RangeQuery } from '../../contracts/store.ts'
import type { TestSpan } from '../../contracts/test-words.ts'
import { Dependents } from './dependents.ts'
import { Derivation } from './derivation.ts'
import type { Behind, Passed } from './deriver.ts'
import { Track } from './track.ts'

/** What is to be computed anew of one derived sensor: points of its grid, epoch ms. */
export interface Dirty {
  from: number
  to: number
  /** What made it so is in the store once the log has been drained up to this record. */
  record: number
  /** What was computed by then is done; what is computed live since does not know the late input either. */
  isRest: boolean
  /**
   * How far it had been computed live when that record was the last: what it had been computed from is in the store
   * with it. Undefined when it had not begun.
   */
  position?: number | undefined
  /** Of a rest: there is enough of it, once the store has that record. */
  isDue?: boolean | undefined
}

/** Plain data. Key: id of the derived sensor. */
export type BackFillSnapshot = Readonly<Record<string, Dirty>>

/** A point of the grid as it is with all that is known now. */
export interface Filled {
  readonly reading: Reading
  readonly coverage: number
}

export interface BackFillOptions {
  facility: () => Pick<Facility, 'id' | 'derived' | 'sensors'>
  history: {
    range(query: RangeQuery & { limit: number }): Promise<Reading[]>
    /** The number of the last record of the log that is in the store. */
    drained(): number
  }
  /** The number of the last record of the log. */
  logged: () => number
  /** How a derived sensor stands that is computed live. */
  live: (sensor: string) => Pick<Derivation, 'position'> | undefined
  /** Set points as people have set them by now. */
  settings: LiveSettings
  emit: (sensor: DerivedSensor, filled: readonly Filled[]) => void
  /** When a sensor was in bump and proof tests, since then; default: never. */
  tests?: (sensor: string, since: number) => Promise<readonly TestSpan[]>
}

/** Read from the store at once, readings. */
const PAGE = 10_000
/** Computed anew at once, points; then others have their turn. */
const SLICE_POINTS = 2_000
/** The longest stretch that one run computes anew, ms; the rest is for the next one. */
const STRETCH_MS = 6 * 3_600_000
/** What is computed live without the late input is computed anew when there is so much of it: a part of the memory, ms. */
const LIVE_SHARE = 4
const LEAST_LIVE_MS = 60_000
const MOST_LIVE_MS = 2 * 3_600_000

/**
 * Grid points whose inputs came late are computed anew from the history in the store, and written over what was
 * computed live; so are those that come afterwards, as long as the live computation remembers that the input was not there.
 * Nobody is told of them (DESIGN section 7). In history a value holds until the next reading, at most
 * as long as its sensor may be silent or unreported: nobody knows any more when its device was polled. What a
 * computation that remembers everything has made of a gap is not computed anew.
 */
export class BackFill {
  readonly #options: BackFillOptions
  #dirty = new Map<string, Dirty>()
  #running: Promise<number> | undefined
  #known: Dependents | undefined

  constructor(options: BackFillOptions, snapshot?: BackFillSnapshot) {
    this.#options = options
    for (const [id, dirty] of Object.entries(snapshot ?? {})) this.#dirty.set(id, { ...dirty })
  }

  /** Ids of the derived sensors of which points are out of date that were there when the late input came. */
  get waiting(): string[] {
    return [...this.#dirty].flatMap(([id, { isRest }]) => (isRest ? [] : [id]))
  }

  /** An input came behind the grid: its dependents, and theirs, are dirty. */
  note({ sensor, time }: Behind): void {
    const record = this.#options.logged()
    for (const { sensor: derived, reachMs } of this.#dependents.of(sensor)) {
      const dirty = this.#dirty.get(derived.id)
      this.#dirty.set(derived.id, {
        from: Math.min(dirty?.from ?? time, time),
        to: Math.max(dirty?.to ?? time, time + reachMs),
        record,
        isRest: false,
        position: this.#options.live(derived.id)?.position,
      })
    }
  }

  /** What held meanwhile is known when the inputs have spoken again, late or not: it is computed with the rest. */
  notePassed({ sensor, from, to }: Passed): void {
    const { memoryMs } = computationOf(sensor)
    if (memoryMs === undefined) return
    const holdMs = Math.max(...sensor.inputs.map((input) => this.#dependents.holdMs(input.sensor)))
    this.#merge(sensor.id, {
      from: from + 1,
      to: to + memoryMs + holdMs,
      record: this.#options.logged(),
      isRest: true,
      position: to,
    })
  }

  /** Called every few seconds; answers with how many points were computed anew. @throws CodedError of the store */
  run(): Promise<number> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  snapshot(): BackFillSnapshot {
    return Object.fromEntries(Array.from(this.#dirty, ([id, dirty]) => [id, { ...dirty }]))
  }

  async #run(): Promise<number> {
    let count = 0
    // In the order of computation: what is computed from others finds theirs in the store.
    for (const derived of this.#options.facility().derived) {
      const dirty = this.#dirty.get(derived.id)
      if (dirty === undefined) continue
      if (dirty.record > this.#options.history.drained()) continue
      if (!this.#isWorthwhile(derived, dirty)) continue
      if (dirty.isRest && dirty.isDue !== true) {
        const record = this.#options.logged()
        this.#dirty.set(derived.id, {
          ...dirty,
          record,
          position: this.#options.live(derived.id)?.position,
          isDue: true,
        })
        continue
      }
      this.#dirty.delete(derived.id)
      try {
        count += await this.#fill(derived, dirty)
      } catch (error) {
        this.#merge(derived.id, dirty)
        throw error
      }
    }
    for (const id of this.#dirty.keys()) if (!this.#options.facility().sensors.has(id)) this.#dirty.delete(id)
    return count
  }

  /** All of it is computed by now, or a good part. */
  #isWorthwhile(derived: DerivedSensor, { from, to, isRest }: Dirty): boolean {
    const position = this.#options.live(derived.id)?.position ?? Number.NEGATIVE_INFINITY
    if (!isRest || position >= to) return true
    const memoryMs = computationOf(derived).memoryMs ?? 0
    return position - from >= Math.min(MOST_LIVE_MS, Math.max(LEAST_LIVE_MS, memoryMs / LIVE_SHARE))
  }

  async #fill(derived: DerivedSensor, dirty: Dirty): Promise<number> {
    const { emit, settings } = this.#options
    const { everyMs } = derived
    const first = Math.ceil(dirty.from / everyMs) * everyMs
    const position = dirty.position ?? dirty.from
    const last = Math.min(dirty.to, position, first + STRETCH_MS)
    const memoryMs = computationOf(derived).memoryMs ?? 0
    const begin = Math.floor((first - memoryMs) / everyMs) * everyMs - everyMs
    const feeds = await Promise.all(
      derived.inputs.map(async ({ sensor }) => {
        const tests = (await this.#options.tests?.(sensor, begin)) ?? []
        return {
          track: new Track({
            staleAfterMs: this.#dependents.holdMs(sensor),
            device: { at: Number.NEGATIVE_INFINITY },
            care: {
              isOverdue: () => false,
              isTested: (from, to) => tests.some((test) => test.from < to && test.to > from),
            },
          }),
          readings: await this.#history(sensor, begin - this.#dependents.holdMs(sensor), last),
          next: 0,
        }
      }),
    )
    const derivation = new Derivation(
      derived,
      feeds.map(({ track }) => track),
      settings,
    )
    derivation.begin(begin)
    let filled: Filled[] = []
    let count = 0
    for (let to = begin + everyMs; to <= last; to += everyMs) {
      for (const feed of feeds)
        for (let reading = feed.readings[feed.next]; reading !== undefined && reading.time <= to; ) {
          feed.track.take(reading)
          feed.next += 1
          reading = feed.readings[feed.next]
        }
      // Who had a say in it is for alarms, which are not told, and would make of thousands of points a record too long.
      derivation.stepTo(to, ({ ballot: _, ...reading }) => {
        if (reading.time >= first) filled.push({ reading, coverage: derivation.latest?.coverage ?? 0 })
      })
      for (const { track } of feeds) track.forget(to)
      if (filled.length < SLICE_POINTS) continue
      emit(derived, filled)
      count += filled.length
      filled = []
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    if (filled.length > 0) emit(derived, filled)
    // Whether both are the same again no single point can tell: the medians of two windows may be equal by chance.
    if (dirty.to > last)
      this.#merge(derived.id, {
        from: Math.max(first, last + 1),
        to: dirty.to,
        record: dirty.record,
        isRest: last === position,
        position: dirty.position,
      })
    this.#pass(derived, { from: first, to: last, isRest: dirty.isRest })
    return count + filled.length
  }

  /**
   * Those that are computed from it look at these points once they are in the store: also when they have been computed
   * anew already, from points of it that were still as they had been computed live.
   */
  #pass({ id }: DerivedSensor, { from, to, isRest }: Pick<Dirty, 'from' | 'to' | 'isRest'>): void {
    if (to < from) return
    const record = this.#options.logged()
    for (const dependent of this.#dependents.directOf(id)) {
      const { memoryMs = 0 } = computationOf(dependent)
      const { position } = this.#options.live(dependent.id) ?? {}
      this.#merge(dependent.id, {
        from,
        to: to + memoryMs + this.#dependents.holdMs(id),
        record,
        isRest,
        position,
      })
    }
  }

  async #history(sensor: string, from: number, to: number): Promise<Reading[]> {
    const { facility, history } = this.#options
    const readings: Reading[] = []
    for (let next = from; ; ) {
      const page = await history.range({
        facility: facility().id,
        sensor,
        from: next,
        to: to + 1,
        limit: PAGE,
      })
      readings.push(...page)
      const last = page.at(-1)
      if (page.length < PAGE || last === undefined) return readings
      next = last.time + 1
    }
  }

  get #dependents(): Dependents {
    const facility = this.#options.facility()
    if (this.#known?.facility !== facility) this.#known = new Dependents(facility)
    return this.#known
  }

  #merge(id: string, dirty: Dirty): void {
    const known = this.#dirty.get(id) ?? dirty
    this.#dirty.set(id, {
      from: Math.min(known.from, dirty.from),
      to: Math.max(known.to, dirty.to),
      record: Math.max(known.record, dirty.record),
      isRest: known.isRest && dirty.isRest,
      position: (known.record > dirty.record ? known : dirty).position,
    })
  }
}
