import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import type { BusHealth, GatewayHealth } from '../../contracts/wire.ts'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import { Bus } from '../../gateway/polling/bus.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { Board } from '../../gateway/quality/board.ts'
import { Intake } from '../../gateway/quality/intake.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { Simulation } from '../../simulators/simulation.ts'
import { Logbook } from './logbook.ts'
import { LINES, type LineName, standPlant } from './stand-plant.ts'

const HOST = '127.0.0.1'
/** Every value moves this often, so that it tells whose it is and when it was held. */
const MOVE_MS = 25
const STEP = 0.125
/** After so many it begins anew, so that it stays among its own values. */
const MOVES = 64
/** Key: sensor id; value: where its values begin. */
const BASES: Readonly<Record<string, number>> = { 'sick-1': 10, 'sick-2': 30, 'well-1': 50, 'well-2': 70 }
/** Simulated seconds in a second: what takes a detector ten seconds is over in two. */
const SPEED = 5

export const SENSORS: readonly string[] = Object.keys(BASES)

/** Made once: they are the same for every row. */
const PLANTS = new Map(
  LINES.map((line) => {
    const facility = standPlant(line)
    return [line, { facility, scenario: parseScenario('{}', 'quiet.yaml', facility) }]
  }),
)

function plantOf(line: LineName) {
  const plant = PLANTS.get(line)
  if (plant === undefined) throw new Error(`no stand has a line "${line}"`)
  return plant
}

/** Two simulated devices on a line of their own, and the gateway that reads them over real sockets. */
export class Stand {
  readonly logbook = new Logbook()
  readonly #line: LineName
  readonly #listeners = new DialInListeners({ logger: silentLogger })
  readonly #intake: Intake
  readonly #plant: { readonly facility: Facility; readonly scenario: Scenario }
  #bus: Bus | undefined
  #simulation: Simulation | undefined
  #moving: NodeJS.Timeout | undefined
  #moves = 0
  #onPollEnd: (() => void) | undefined
  #movedAt = 0
  #stalledMs = 0

  constructor(line: LineName) {
    this.#line = line
    this.#plant = plantOf(line)
    const epoch = new Epoch({ clock: systemClock, randomId: () => 'e' })
    this.#intake = new Intake({
      epoch,
      board: new Board(polledSensors(this.#plant.facility).values()),
      clock: systemClock,
      sink: {
        add: (reading) => this.logbook.tell(reading, systemClock.monotonic() - (epoch.now() - reading.time)),
        pollEnded: (device) => {
          if (device === 'sick') this.#onPollEnd?.()
        },
      },
    })
  }

  async start(): Promise<void> {
    if (this.#line === 'dial-in') {
      this.#startBus(0)
      await this.until(() => this.#listenedOn !== undefined)
      await this.#startSimulation(this.#listenedOn)
      return
    }
    await this.#startSimulation()
    const address = this.simulation.addresses().get('gw/bus')
    this.#startBus(address !== undefined && 'port' in address ? address.port : 0)
  }

  async stop(): Promise<void> {
    clearInterval(this.#moving)
    await this.#bus?.stop()
    await this.#listeners.stop()
    await this.#simulation?.stop()
  }

  get simulation(): Simulation {
    if (this.#simulation === undefined) throw new Error('the stand has not started')
    return this.#simulation
  }

  get now(): number {
    return systemClock.monotonic()
  }

  /** The longest time by which its timer came late: no gateway can be on time then. */
  get stalledMs(): number {
    return this.#stalledMs
  }

  busHealth(): BusHealth {
    if (this.#bus === undefined) throw new Error('the stand has not started')
    return this.#bus.health()
  }

  deviceHealth(device: 'sick' | 'well'): GatewayHealth['devices'][string] {
    const health = this.#bus?.deviceHealth()[device]
    if (health === undefined) throw new Error('the stand has not started')
    return health
  }

  /** Gives a device a fault or mends it. */
  alter(change: (simulation: Simulation) => void): void {
    change(this.simulation)
    this.#note()
  }

  /** What a person does who has calibrated the detectors. */
  releaseLatches(): void {
    for (const sensor of this.#intake.latched()) this.#intake.release(sensor)
  }

  /** True once it holds; false when it does not within so long. */
  async until(holds: () => boolean, withinMs = 5_000): Promise<boolean> {
    const deadline = this.now + withinMs
    while (!holds()) {
      if (this.now > deadline) return false
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return true
  }

  /** Resolves at the end of a poll of the faulty device, before the next begins. */
  betweenPolls(): Promise<void> {
    return new Promise((resolve) => {
      this.#onPollEnd = resolve
    })
  }

  get #listenedOn(): number | undefined {
    return this.#listeners.at({ host: HOST, port: 0 }).port
  }

  async #startSimulation(dialIn?: number): Promise<void> {
    this.#simulation = new Simulation({
      ...this.#plant,
      clock: systemClock,
      logger: silentLogger,
      ports: 'ephemeral',
      speed: 0,
      ...(dialIn === undefined ? {} : { dialIn: new Map([['gw/bus', { host: HOST, port: dialIn }]]) }),
    })
    this.#movedAt = this.now
    this.#move()
    await this.#simulation.start()
    this.#moving = setInterval(() => this.#move(), MOVE_MS)
  }

  #startBus(port: number): void {
    const config = this.#plant.facility.gateways[0]?.buses[0]
    if (config === undefined) throw new Error('the facility of a stand has a bus')
    const discards = new DiscardTally()
    const surroundings = { clock: systemClock, logger: silentLogger }
    const driver = createDriver(config, {
      ...surroundings,
      counter: discards,
      dialIn: this.#listeners,
      address: { host: HOST, port },
    })
    this.#bus = new Bus({
      ...surroundings,
      bus: config,
      driver,
      discards,
      sink: this.#intake,
      random: () => 0,
    })
    this.#bus.start()
  }

  /** Simulated time goes on, and every sensor measures something new. */
  #move(): void {
    const { now, simulation } = this
    simulation.tick((now - this.#movedAt) * SPEED)
    this.#stalledMs = Math.max(this.#stalledMs, now - this.#movedAt - MOVE_MS)
    this.#movedAt = now
    this.#moves += 1
    for (const [sensor, base] of Object.entries(BASES)) {
      simulation.force(sensor, base + (this.#moves % MOVES) * STEP)
    }
    this.#note()
  }

  /** Writes down what the devices hold now. */
  #note(): void {
    for (const sensor of SENSORS) {
      this.logbook.hold(sensor, this.simulation.value(sensor) ?? Number.NaN, this.now)
    }
  }
}
