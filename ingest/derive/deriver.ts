import type { LiveSettings } from '../../contracts/analytics/computation.ts'
import { DERIVED_GATEWAY, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { BatchRecord } from '../log/log-record.ts'
import { Derivation, type DerivationSnapshot } from './derivation.ts'
import { type DeviceClock, type SensorCare, Track, type TrackSnapshot } from './track.ts'

/** What a start needs: plain data. */
export interface DeriverSnapshot {
  /** Key: sensor id. */
  readonly derivations: Readonly<Record<string, DerivationSnapshot>>
  readonly tracks: Readonly<Record<string, TrackSnapshot>>
  /** When each device was heard last, sensor time. Key: device id. */
  readonly devices: Readonly<Record<string, number>>
  /** Server clock minus gateway clock, ms. Key: gateway id. */
  readonly offsets: Readonly<Record<string, number>>
}

/** What was computed at once: what is to be sent of it, and up to when each device of the grid has been computed. */
export interface Computed {
  readonly readings: readonly Reading[]
  /** Key: device id. */
  readonly polled: Readonly<Record<string, number>>
}

/** An input that came when points of the grid behind it were computed already. */
export interface Behind {
  readonly sensor: string
  readonly time: number
}

/** The grid went over a time in which nobody listened: it has no points after `from` and up to `to`, epoch ms. */
export interface Passed {
  readonly sensor: DerivedSensor
  readonly from: number
  readonly to: number
}

export interface DeriverOptions {
  facility: Pick<Facility, 'derived' | 'sensors'>
  live?: LiveSettings
  care?: (sensor: string) => SensorCare
  /** Told of what is to be computed anew. */
  onBehind?: (behind: Behind) => void
  onPassed?: (passed: Passed) => void
  snapshot?: DeriverSnapshot | undefined
  /** Of a facility file that came into force while the server ran. */
  meanwhile?: { readonly now: number; readonly latest: (sensor: string) => Reading | undefined }
}

/** More of a track than this, and what nobody will look at any more is dropped. */
const KEPT = 8

/** Dependents of an input, by their place in the order of computation. */
interface Input {
  readonly track: Track
  readonly dependents: number[]
}

/**
 * The derived sensors of one facility. Free of I/O and of clocks: it is given every batch in the order of the log,
 * and the time now and then. The same batches and the same results in between give the same state, so that a restart
 * which replays the log goes on as if nothing had happened.
 */
export class Deriver {
  readonly #derivations: Derivation[] = []
  /** Key: sensor id. */
  readonly #inputs = new Map<string, Input>()
  /** Key: sensor id of a derived sensor; its place in the order. */
  readonly #places = new Map<string, number>()
  /** Key: device id. */
  readonly #devices = new Map<string, { clock: DeviceClock; inputs: Input[] }>()
  /** Derived sensors by the device that they stand under. Key: device id. */
  readonly #grids = new Map<string, Derivation[]>()
  readonly #offsets = new Map<string, number>()
  /** How long each input may be silent, ms. Key: sensor id. */
  readonly #patience = new Map<string, number>()
  /** Since when somebody listens, epoch ms of the server. */
  #listening = Number.NEGATIVE_INFINITY
  readonly #onBehind: (behind: Behind) => void
  readonly #onPassed: (passed: Passed) => void
  /** Which of them may be able to go on, by place; and the places of those. */
  readonly #isStirred: boolean[] = []
  #stirred: number[] = []

  constructor({ facility, live, care, onBehind, onPassed, snapshot, meanwhile }: DeriverOptions) {
    this.#onBehind = onBehind ?? (() => undefined)
    this.#onPassed = onPassed ?? (() => undefined)
    const settings = live ?? { limitOf: () => undefined }
    for (const sensor of facility.derived) {
      const place = this.#derivations.length
      const tracks = sensor.inputs.map(({ sensor: id }) => {
        const input = this.#inputOf(id, facility, care)
        if (!input.dependents.includes(place)) input.dependents.push(place)
        return input.track
      })
      const derivation = new Derivation(sensor, tracks, settings)
      this.#derivations.push(derivation)
      this.#isStirred.push(false)
      this.#places.set(sensor.id, place)
      const grid = this.#grids.get(sensor.device)
      if (grid === undefined) this.#grids.set(sensor.device, [derivation])
      else grid.push(derivation)
    }
    if (snapshot !== undefined) this.#restore(snapshot)
    if (meanwhile === undefined) return
    this.#listening = meanwhile.now
    for (const [id, { track }] of this.#inputs) {
      const latest = track.isHeard ? undefined : meanwhile.latest(id)
      if (latest !== undefined) track.take(latest)
    }
  }

  get isIdle(): boolean {
    return this.#derivations.length === 0
  }

  /** Undefined for a sensor that is not derived. */
  of(sensor: string): Derivation | undefined {
    return this.#derivations[this.#places.get(sensor) ?? -1]
  }

  all(): Iterable<Derivation> {
    return this.#derivations
  }

  /** A batch of a gateway or of foreign devices, in the order of the log; gives what can be computed now. */
  take(record: BatchRecord): Computed | undefined {
    if (this.isIdle || record.gateway === DERIVED_GATEWAY || record.again) return undefined
    this.#offsets.set(record.gateway, record.offset)
    for (const reading of record.readings) this.#reading(reading, reading.late)
    if (record.isLive && record.polled !== null)
      for (const [device, at] of Object.entries(record.polled)) this.#polled(device, at)
    return this.#run((derivation) => derivation.passed)
  }

  /**
   * Epoch ms of the server, when it begins to listen: while it was down nobody was silent. Gives how far the grids went
   * over that time, which the log has to know: see {@link follow}.
   */
  listen(now: number): Computed | undefined {
    this.#listening = now
    if (this.isIdle) return undefined
    const ends = this.#derivations.map(({ sensor: { device, everyMs, latenessMs } }) => {
      return [device, Math.floor((now - latenessMs) / everyMs) * everyMs] as const
    })
    return this.#pass(Object.fromEntries(ends))
  }

  #pass(ends: Readonly<Record<string, number>>): Computed | undefined {
    const grids = new Set<string>()
    for (const derivation of this.#derivations) {
      const { id, device } = derivation.sensor
      const end = ends[device]
      if (end === undefined) continue
      const { position = end } = derivation
      for (const { sensor } of derivation.sensor.inputs) this.#inputs.get(sensor)?.track.listen(end)
      if (!derivation.pass(end)) continue
      grids.add(device)
      const to = derivation.position ?? end
      this.#onPassed({ sensor: derivation.sensor, from: position, to })
      this.#inputs.get(id)?.track.listen(to)
    }
    if (grids.size === 0) return undefined
    return {
      readings: [],
      polled: Object.fromEntries([...grids].map((device) => [device, this.#computedTo(device)])),
    }
  }

  /** Epoch ms of the server: what has waited long enough for its inputs is computed without them. */
  look(now: number): Computed | undefined {
    if (this.isIdle) return undefined
    const dueOf = ({ sensor }: Derivation) => now - sensor.latenessMs - this.#offsetOf(sensor)
    const earliest = now - Math.min(0, ...this.#offsets.values())
    for (const [place, derivation] of this.#derivations.entries()) {
      const { position, sensor } = derivation
      if (position === undefined) {
        // Whoever has not been heard yet has the time that any sensor may be silent.
        if (derivation.isHeard || now >= this.#listening + this.#patienceOf(sensor))
          derivation.begin(dueOf(derivation))
      } else if (
        position + sensor.everyMs + sensor.latenessMs <= earliest &&
        dueOf(derivation) >= position + sensor.everyMs
      )
        this.#mark(place)
    }
    return this.#run((derivation) => Math.max(derivation.passed, dueOf(derivation)))
  }

  /**
   * Its own batch, as the last run had it in the log: the grid goes as far as it went then. Answers with what was
   * computed on the way, which is in the log but for what came after it. One that is `stepped` says how far the grids
   * went over a time in which nobody listened.
   */
  follow(record: BatchRecord): Computed | undefined {
    if (record.stepped) return this.#pass(record.polled ?? {})
    const ends = new Map(record.readings.map(({ sensor, time }) => [sensor, time]))
    for (const place of this.#derivations.keys()) this.#mark(place)
    return this.#run((derivation) => {
      const { id, device, everyMs } = derivation.sensor
      const end = Math.max(
        record.polled?.[device] ?? Number.NEGATIVE_INFINITY,
        ends.get(id) ?? Number.NEGATIVE_INFINITY,
      )
      // It began by the clock, when nothing had been heard of its inputs.
      derivation.begin(end - everyMs)
      return end
    })
  }

  /** The server's own wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    for (const { sensor } of this.#derivations)
      for (const gateway of sensor.clocks) if (!this.#offsets.has(gateway)) this.#offsets.set(gateway, 0)
    for (const [gateway, offset] of this.#offsets) this.#offsets.set(gateway, offset + step)
    this.#listening += step
  }

  snapshot(): DeriverSnapshot {
    const derivations: Record<string, DerivationSnapshot> = {}
    for (const derivation of this.#derivations) {
      const kept = derivation.snapshot()
      if (kept !== undefined) derivations[derivation.sensor.id] = kept
    }
    return {
      derivations,
      tracks: Object.fromEntries(this.#inputs.entries().map(([id, { track }]) => [id, track.snapshot()])),
      devices: Object.fromEntries(
        this.#devices
          .entries()
          .flatMap(([id, { clock }]) => (Number.isFinite(clock.at) ? [[id, clock.at] as const] : [])),
      ),
      offsets: Object.fromEntries(this.#offsets),
    }
  }

  #restore({ derivations, tracks, devices, offsets }: DeriverSnapshot): void {
    for (const [id, at] of Object.entries(devices)) {
      const device = this.#devices.get(id)
      if (device !== undefined) device.clock.at = at
    }
    for (const [id, kept] of Object.entries(tracks)) this.#inputs.get(id)?.track.restore(kept)
    for (const [id, kept] of Object.entries(derivations)) this.of(id)?.restore(kept)
    for (const [gateway, offset] of Object.entries(offsets)) this.#offsets.set(gateway, offset)
  }

  #inputOf(id: string, { sensors }: Pick<Facility, 'sensors'>, care?: DeriverOptions['care']): Input {
    const known = this.#inputs.get(id)
    if (known !== undefined) return known
    const sensor = sensors.get(id)
    const isDerived = sensor?.gateway === DERIVED_GATEWAY
    // What is derived says itself up to when it is computed.
    const device = isDerived || sensor === undefined ? undefined : this.#deviceOf(sensor.device)
    const clock = device?.clock ?? { at: Number.NEGATIVE_INFINITY }
    const track = new Track({
      staleAfterMs: sensor?.staleAfterMs ?? 0,
      device: clock,
      ...(care === undefined ? {} : { care: care(id) }),
    })
    const input: Input = { track, dependents: [] }
    device?.inputs.push(input)
    this.#inputs.set(id, input)
    this.#patience.set(id, sensor?.staleAfterMs ?? 0)
    return input
  }

  #deviceOf(id: string): { clock: DeviceClock; inputs: Input[] } {
    const device = this.#devices.get(id) ?? { clock: { at: Number.NEGATIVE_INFINITY }, inputs: [] }
    this.#devices.set(id, device)
    return device
  }

  #reading(reading: Reading, isLate: boolean): void {
    const input = this.#inputs.get(reading.sensor)
    if (input === undefined) return
    const isBehind =
      isLate || input.dependents.some((place) => reading.time <= (this.#derivations[place]?.position ?? 0))
    if (isBehind) this.#onBehind({ sensor: reading.sensor, time: reading.time })
    if (isLate) return
    this.#give(input, reading)
  }

  #give(input: Input, reading: Reading): void {
    const { track } = input
    track.take(reading)
    if (track.size > KEPT) track.forget(this.#oldest(input))
    this.#stir(input, reading.time)
  }

  #polled(id: string, at: number): void {
    const device = this.#devices.get(id)
    if (device === undefined || at <= device.clock.at) return
    for (const input of device.inputs) {
      input.track.polled(at)
      this.#stir(input, at)
    }
    device.clock.at = at
  }

  #stir({ dependents }: Input, at: number): void {
    for (const place of dependents) {
      const derivation = this.#derivations[place]
      if (derivation?.position === undefined && derivation?.isHeard === true) derivation.begin(at)
      this.#mark(place)
    }
  }

  #mark(place: number): void {
    if (this.#isStirred[place] === true) return
    this.#isStirred[place] = true
    this.#stirred.push(place)
  }

  /** How far the clocks that it goes by are behind, at most, ms. */
  #offsetOf({ clocks }: DerivedSensor): number {
    return clocks.reduce(
      (most, gateway) => Math.max(most, this.#offsets.get(gateway) ?? 0),
      Number.NEGATIVE_INFINITY,
    )
  }

  /** How long the most silent of its inputs may be silent, ms. */
  #patienceOf({ inputs }: DerivedSensor): number {
    return inputs.reduce((most, { sensor }) => Math.max(most, this.#patience.get(sensor) ?? 0), 0)
  }

  /** In the order of computation, so that what is computed is there for those behind it. */
  #run(until: (derivation: Derivation) => number): Computed | undefined {
    const readings: Reading[] = []
    const grids = new Set<string>()
    while (this.#stirred.length > 0) {
      const places = this.#stirred.sort((a, b) => a - b)
      this.#stirred = []
      for (const place of places) {
        this.#isStirred[place] = false
        const derivation = this.#derivations[place]
        if (derivation === undefined) continue
        const { id, device } = derivation.sensor
        derivation.stepTo(until(derivation), (reading, isNews) => {
          grids.add(device)
          if (isNews) readings.push(reading)
          const own = this.#inputs.get(id)
          // What is computed from it sees it as it is, not as it is sent.
          if (own !== undefined) this.#give(own, reading)
        })
      }
    }
    if (grids.size === 0) return undefined
    readings.sort((a, b) => a.time - b.time)
    return {
      readings,
      polled: Object.fromEntries([...grids].map((device) => [device, this.#computedTo(device)])),
    }
  }

  /** Every derived sensor of a device has been computed up to here. */
  #computedTo(device: string): number {
    return (this.#grids.get(device) ?? []).reduce(
      (least, { position = Number.POSITIVE_INFINITY }) => Math.min(least, position),
      Number.POSITIVE_INFINITY,
    )
  }

  /** Before this nobody looks at an input again. */
  #oldest({ dependents }: Input): number {
    return dependents.reduce(
      (least, place) => Math.min(least, this.#derivations[place]?.position ?? Number.NEGATIVE_INFINITY),
      Number.POSITIVE_INFINITY,
    )
  }
}
