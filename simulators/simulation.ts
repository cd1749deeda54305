import { CodedError } from '../contracts/errors.ts'
import type { Facility, PolledSensor } from '../contracts/facility.ts'
import { deviceNamed } from './bus-key.ts'
import type { FaultParameters } from './fault/fault.ts'
import type { FaultKind } from './fault/fault-kinds.ts'
import { unsuited } from './fault/suitability.ts'
import { checkLoopback, Field } from './field.ts'
import type { FieldOptions } from './field-line.ts'
import type { SimulatedAddress } from './line/line.ts'
import { wirePlant } from './plant/plan.ts'
import { type PlantState, readPlant, STEP_MS, startPlant, stepPlant } from './plant/plant.ts'
import { restingValue } from './plant/rest.ts'
import type { Effect, FailMode, Scenario } from './scenario.ts'
import { SeismicArray } from './seismic/seismic-array.ts'
import { simulatedSensors } from './simulated-sensors.ts'
import { type ActiveEntry, activeAt, influencesOf, lapTime } from './timeline.ts'
import { Troubles } from './troubles.ts'

/** A timeline entry that begins or ends. */
export interface SimulationEvent {
  readonly phase: 'begins' | 'ends'
  readonly name: Effect['kind']
  /** For people. */
  readonly description: string
  /** From the start of the simulation, ms. */
  readonly timeMs: number
  /** From the start of the timeline or of its loop, ms. */
  readonly lapMs: number
}

export interface SimulationOptions extends FieldOptions {
  readonly facility: Facility
  readonly scenario: Scenario
  /** The same seed gives the same plant. Default 1. */
  readonly seed?: number
  /** Simulated seconds in a second; 0 stands still but for {@link Simulation.tick}. Default 1. */
  readonly speed?: number
  /** When simulated time begins, epoch ms, for instruments that say the time. Default: now. */
  readonly startedAt?: number
  readonly onEvent?: (event: SimulationEvent) => void
}

/** A resting sensor moves once a second, each in its own tenth, so that large plants stay cheap. */
const REST_TURNS = 10
/** After the machine slept the plant goes on where it was instead of racing through the night. */
const CATCH_UP_MAX_MS = 5_000

/**
 * The devices of a facility, simulated: a plant in steps of 100 ms behind the lines of its buses. `start` and
 * `stop` are called once each, in this order; everything else at any time, also before `start`.
 */
export class Simulation {
  readonly #options: SimulationOptions
  /** Key: sensor id. */
  readonly #sensors: ReadonlyMap<string, PolledSensor>
  readonly #array: SeismicArray
  readonly #field: Field
  readonly #wiring: ReturnType<typeof wirePlant>
  /** Last value of every sensor as its device reports it; NaN for none. Key: sensor id. */
  readonly #values = new Map<string, number>()
  readonly #troubles = new Troubles()
  #plant: PlantState
  #active: readonly ActiveEntry[] = []
  /** Simulated time that has not filled a step yet. */
  #owedMs = 0
  #lastMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: SimulationOptions) {
    this.#options = options
    const { facility, scenario, seed = 1, startedAt = options.clock.wall() } = options
    this.#sensors = simulatedSensors(facility)
    this.#array = new SeismicArray({ facility, places: scenario.plant.seismographs, seed, startedAt })
    this.#field = new Field(facility, this.#array, options)
    this.#wiring = wirePlant(facility, scenario.plant, seed)
    this.#plant = startPlant(this.#wiring.plan)
    this.#play()
    this.#moveDevices()
    this.#readEverything()
  }

  /**
   * Opens all lines, or none.
   * @throws CodedError NOT_LOOPBACK, PORT_TAKEN, LISTEN_FAILED, SERIAL_PATH_EXISTS, SOCAT_MISSING, PTY_FAILED
   */
  async start(): Promise<void> {
    const { facility, clock, speed = 1 } = this.#options
    checkLoopback(facility)
    const started = await Promise.allSettled(this.#field.lines.map((line) => line.start()))
    const refused = started.find((result) => result.status === 'rejected')
    if (refused !== undefined) {
      await this.stop()
      throw refused.reason
    }
    this.#announce([], this.#active)
    this.#lastMs = clock.monotonic()
    if (speed > 0) this.#timer = setInterval(() => this.#keepUp(speed), STEP_MS)
  }

  /** Stops the plant, closes all connections, and frees ports and serial lines. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#field.lines.map((line) => line.stop()))
  }

  /** Simulated time since the start, ms. */
  get timeMs(): number {
    return this.#plant.timeMs
  }

  /** Where each bus is found, once started; those that dial in have no address. Key: `{gateway}/{bus}`. */
  addresses(): Map<string, SimulatedAddress> {
    return this.#field.addresses()
  }

  /** Plays `ms` of simulated time at once, in whole steps; what is left counts towards the next call. */
  tick(ms: number): void {
    this.#owedMs += ms
    while (this.#owedMs >= STEP_MS) {
      this.#owedMs -= STEP_MS
      this.#plant = stepPlant(this.#wiring.plan, this.#plant, influencesOf(this.#active, this.#plant.timeMs))
      this.#play()
      this.#array.advance(this.#plant.timeMs)
      this.#moveDevices()
      this.#read()
    }
  }

  /**
   * Puts a value into the sensor's registers at once and holds it there; undefined lets it go.
   * @throws CodedError SENSOR_UNKNOWN
   */
  force(sensor: string, value: number | undefined): void {
    this.#checkSensor(sensor)
    this.#troubles.force(sensor, value)
    if (value === undefined) this.#readEverything()
    else this.#tell(sensor, value)
  }

  /**
   * Makes a sensor fail, forced or not; undefined mends it.
   * @throws CodedError SENSOR_UNKNOWN
   */
  fail(sensor: string, mode: FailMode | undefined): void {
    this.#checkSensor(sensor)
    this.#troubles.fail(sensor, mode)
    this.#applyTroubles()
  }

  /**
   * A silent device takes requests and answers none.
   * @throws CodedError DEVICE_UNKNOWN
   */
  silence(device: string, on: boolean): void {
    if (this.#field.device(device) === undefined) throw new CodedError('DEVICE_UNKNOWN', `device "${device}"`)
    this.#troubles.silence(device, on)
    this.#applyTroubles()
  }

  /**
   * Drops all connections to a bus, by `{gateway}/{bus}` or its id, and refuses new ones. A device shares
   * its connection with its bus, so naming one cuts its bus.
   * @throws CodedError DEVICE_UNKNOWN
   */
  cut(busOrDevice: string, on: boolean): void {
    if (!this.#field.hasBus(busOrDevice))
      throw new CodedError('DEVICE_UNKNOWN', `bus or device "${busOrDevice}"`)
    this.#troubles.cut(busOrDevice, on)
    this.#applyTroubles()
  }

  /**
   * Gives a device a fault of the menu, from now until it is called with false.
   * @throws CodedError DEVICE_UNKNOWN, FAULT_UNSUITED when the device lacks what the fault needs
   */
  fault(device: string, kind: FaultKind, on: boolean | FaultParameters): void {
    const place = deviceNamed(this.#options.facility, device)
    if (place === undefined) throw new CodedError('DEVICE_UNKNOWN', `device "${device}"`)
    const parameters = typeof on === 'boolean' ? {} : on
    const why = unsuited(kind, parameters, place)
    if (why !== undefined) throw new CodedError('FAULT_UNSUITED', `device "${device}": ${why}`)
    this.#troubles.fault(device, kind, on === false ? undefined : { parameters, startedMs: this.timeMs })
    this.#applyTroubles()
  }

  /** What the device reports, in the sensor's unit; NaN while it fails, undefined for an unknown sensor. */
  value(sensor: string): number | undefined {
    return this.#values.get(sensor)
  }

  #checkSensor(id: string): void {
    if (!this.#sensors.has(id)) throw new CodedError('SENSOR_UNKNOWN', `sensor "${id}"`)
  }

  #keepUp(speed: number): void {
    const now = this.#options.clock.monotonic()
    const passedMs = (now - this.#lastMs) * speed
    const playedMs = Math.min(passedMs, CATCH_UP_MAX_MS * Math.max(1, speed))
    this.#array.skip(passedMs - playedMs)
    this.tick(playedMs)
    this.#lastMs = now
  }

  /** Takes up what the timeline does at the time of the plant. */
  #play(): void {
    const before = this.#active
    const active = activeAt(this.#options.scenario, this.#plant.timeMs)
    if (sameEntries(before, active)) return
    this.#active = active
    this.#troubles.play(active)
    this.#array.play(active)
    this.#applyTroubles()
    if (this.#timer !== undefined || this.#plant.step > 0) this.#announce(before, active)
  }

  #announce(before: readonly ActiveEntry[], after: readonly ActiveEntry[]): void {
    const { onEvent, scenario } = this.#options
    const timeMs = this.#plant.timeMs
    const tell = (phase: SimulationEvent['phase'], { entry }: ActiveEntry) =>
      onEvent?.({
        phase,
        name: entry.effect.kind,
        description: entry.note,
        timeMs,
        lapMs: lapTime(scenario, timeMs),
      })
    for (const active of before) if (!isAmong(active, after)) tell('ends', active)
    for (const active of after) if (!isAmong(active, before)) tell('begins', active)
  }

  #applyTroubles(): void {
    this.#field.apply(this.#troubles.now)
    this.#moveDevices()
    this.#readEverything()
  }

  #moveDevices(): void {
    this.#field.step(this.#troubles.now, this.#plant.timeMs)
  }

  #read(): void {
    const { step, timeMs } = this.#plant
    readPlant(this.#wiring.plan, this.#plant, (sensor, value) => this.#tell(sensor, value))
    const { resting } = this.#wiring
    for (let index = step % REST_TURNS; index < resting.length; index += REST_TURNS) {
      const turn = resting[index]
      if (turn !== undefined) this.#tell(turn.sensor, restingValue(turn.rest, turn.noise, { step, timeMs }))
    }
  }

  #readEverything(): void {
    this.#read()
    const { step, timeMs } = this.#plant
    for (const { sensor, rest, noise } of this.#wiring.resting) {
      this.#tell(sensor, restingValue(rest, noise, { step, timeMs }))
    }
  }

  /** The one way into the devices: what the plant measures, as the troubles let it through. */
  #tell(id: string, measured: number): void {
    const sensor = this.#sensors.get(id)
    if (sensor === undefined) return
    const { step, timeMs } = this.#plant
    const { seed = 1 } = this.#options
    const measurement = { value: measured, last: this.#values.get(id), step, timeMs, seed }
    const value = this.#troubles.report(sensor, measurement)
    if (value === undefined) return
    this.#values.set(id, value)
    this.#field.write(id, value)
  }
}

function sameEntries(a: readonly ActiveEntry[], b: readonly ActiveEntry[]): boolean {
  return a.length === b.length && a.every((active) => isAmong(active, b))
}

function isAmong(active: ActiveEntry, list: readonly ActiveEntry[]): boolean {
  return list.some((other) => other.entry === active.entry && other.startedMs === active.startedMs)
}
