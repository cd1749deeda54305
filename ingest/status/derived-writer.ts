import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { Clock, SteadyClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { derivedPoint, filledPoint, liveArchitecture } from './derived-point.ts'
import type { FilledMinute } from './filled-coverage.ts'
import { inSlices } from './slices.ts'
import type { WriteNow } from './write-now.ts'

/** Every derived sensor is written this often, ms. */
const EVERY_MS = 60_000
/** Computations that have an architecture, which is written whenever it changes. */
const VOTES: ReadonlySet<string> = new Set(['vote', 'coincidence'])

/** A facility, as far as its derived sensors are told about. */
export interface DerivedPlace {
  readonly intake: {
    readonly facility: Pick<Facility, 'id' | 'derived'>
    readonly derived: { detail(sensor: string): DerivedDetail | undefined }
    readonly filled: { take(): readonly FilledMinute[] }
  }
}

interface DerivedSources {
  places: () => Iterable<DerivedPlace>
  write: WriteNow
  clock: Pick<Clock, 'monotonic'>
  steady: Pick<SteadyClock, 'now'>
}

/** Writes how complete derived sensors are, and what votes have come down to. */
export class DerivedWriter {
  readonly #sources: DerivedSources
  /** Monotonic ms. */
  #next = Number.NEGATIVE_INFINITY
  /** What was last written of each vote. Key: facility, a space and sensor. */
  readonly #architectures = new Map<string, string>()

  constructor(sources: DerivedSources) {
    this.#sources = sources
  }

  /** To be called about once a second, and not before the last call is done. */
  async tick(): Promise<void> {
    const now = this.#sources.clock.monotonic()
    const isDue = now >= this.#next
    if (isDue) this.#next = now + EVERY_MS
    for (const place of this.#sources.places()) {
      await this.#filled(place)
      await (isDue ? this.#all(place) : this.#changed(place))
    }
  }

  async #all({ intake }: DerivedPlace): Promise<void> {
    const { facility } = intake
    const { clock, steady, write } = this.#sources
    const slices = inSlices(
      facility.derived,
      (sensor) => {
        const detail = intake.derived.detail(sensor.id)
        if (detail === undefined) return undefined
        if (VOTES.has(sensor.compute)) this.#isNews(`${facility.id} ${sensor.id}`, detail)
        return derivedPoint(facility.id, sensor, detail, steady.now())
      },
      { clock, isOver: () => intake.facility !== facility },
    )
    for await (const points of slices) await write(points)
  }

  async #changed({ intake }: DerivedPlace): Promise<void> {
    const { facility } = intake
    const points = facility.derived.flatMap((sensor): StatusPoint[] => {
      if (!VOTES.has(sensor.compute)) return []
      const detail = intake.derived.detail(sensor.id)
      if (detail === undefined || !this.#isNews(`${facility.id} ${sensor.id}`, detail)) return []
      const point = derivedPoint(facility.id, sensor, detail, this.#sources.steady.now())
      return point === undefined ? [] : [point]
    })
    await this.#sources.write(points)
  }

  async #filled({ intake: { facility, filled } }: DerivedPlace): Promise<void> {
    const minutes = filled.take()
    if (minutes.length === 0) return
    const sensors = new Map(facility.derived.map((sensor) => [sensor.id, sensor]))
    const points = minutes.flatMap((minute) => {
      const sensor = sensors.get(minute.sensor)
      return sensor === undefined ? [] : [filledPoint(facility.id, sensor, minute)]
    })
    await this.#sources.write(points)
  }

  /** The architecture is another one than was last written. */
  #isNews(key: string, detail: DerivedDetail): boolean {
    const vote = liveArchitecture(detail)
    const now = vote === undefined ? '' : `${vote.live} ${vote.votes}`
    if (this.#architectures.get(key) === now) return false
    this.#architectures.set(key, now)
    return true
  }
}
