import { computationOf, DERIVED_GATEWAY, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { Facility } from '../../contracts/facility.ts'

/** What is computed from a sensor, directly or from what is, and for how long a value of it has a say there, ms. */
export interface Dependent {
  readonly sensor: DerivedSensor
  readonly reachMs: number
}

/**
 * Who is computed from whom in a facility. What remembers everything is left out, with what is computed from it alone: it is
 * never computed anew. Found once for each sensor: after an outage it is asked for every late reading.
 */
export class Dependents {
  readonly facility: Pick<Facility, 'derived' | 'sensors'>
  /** Places in the order of computation. Key: id of an input. */
  readonly #direct = new Map<string, number[]>()
  readonly #all = new Map<string, readonly Dependent[]>()
  readonly #memoryMs: (number | undefined)[]

  constructor(facility: Pick<Facility, 'derived' | 'sensors'>) {
    this.facility = facility
    this.#memoryMs = facility.derived.map((sensor) => computationOf(sensor).memoryMs)
    for (const [place, { inputs }] of facility.derived.entries())
      for (const id of new Set(inputs.map(({ sensor }) => sensor))) {
        const places = this.#direct.get(id)
        if (places === undefined) this.#direct.set(id, [place])
        else places.push(place)
      }
  }

  /** In the order of computation. */
  of(id: string): readonly Dependent[] {
    const known = this.#all.get(id)
    if (known !== undefined) return known
    const found = this.#find(id)
    this.#all.set(id, found)
    return found
  }

  /** Those whose input it is itself. */
  directOf(id: string): readonly DerivedSensor[] {
    return this.#placesOf(id).flatMap((place) => this.facility.derived[place] ?? [])
  }

  /** In history a value holds for so long: nobody knows any more when its device was polled. */
  holdMs(id: string): number {
    const sensor = this.facility.sensors.get(id)
    if (sensor === undefined) return 0
    const reported = 'report' in sensor ? (sensor as DerivedSensor).report.maxIntervalMs : 0
    return Math.max(sensor.staleAfterMs, sensor.gateway === DERIVED_GATEWAY ? reported : 2 * reported)
  }

  #placesOf(id: string): readonly number[] {
    return (this.#direct.get(id) ?? []).filter((place) => this.#memoryMs[place] !== undefined)
  }

  #find(id: string): readonly Dependent[] {
    const { derived } = this.facility
    const places = new Set(this.#placesOf(id))
    // A set that grows while it is gone through.
    for (const place of places) for (const next of this.#placesOf(derived[place]?.id ?? '')) places.add(next)
    const reach = new Map([[id, 0]])
    return [...places]
      .sort((a, b) => a - b)
      .flatMap((place): Dependent[] => {
        const [sensor, memoryMs] = [derived[place], this.#memoryMs[place]]
        if (sensor === undefined || memoryMs === undefined) return []
        const inputs = sensor.inputs.map((input) => input.sensor).filter((input) => reach.has(input))
        const longest = Math.max(...inputs.map((input) => reach.get(input) ?? 0))
        const reachMs = longest + memoryMs + Math.max(...inputs.map((input) => this.holdMs(input)))
        reach.set(sensor.id, reachMs)
        return [{ sensor, reachMs }]
      })
  }
}
