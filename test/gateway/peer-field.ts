import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import type { Reading } from '../../contracts/reading.ts'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import type { SerialPortClass } from '../../gateway/drivers/serial-port.ts'
import { Bus } from '../../gateway/polling/bus.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { Board } from '../../gateway/quality/board.ts'
import { Intake } from '../../gateway/quality/intake.ts'

/** The keys of a bus, and its devices, as YAML. */
export interface Plan {
  readonly bus: string
  readonly devices: readonly string[]
  readonly load?: () => Promise<SerialPortClass>
}

/** A bus from driver to readings, on real sockets. */
export class Field {
  readonly readings: Reading[] = []
  readonly bus: Bus
  readonly discards = new DiscardTally()
  readonly #dialIn = new DialInListeners({ logger: silentLogger })

  constructor({ bus, devices, load }: Plan) {
    const facility = parseFacility(
      `facility: { id: p }\ngateways: [{ id: g, buses: [{ id: b, ${bus}, devices: [${devices.join(', ')}] }] }]`,
      'peers.yaml',
    )
    const [config] = facility.gateways[0]?.buses ?? []
    if (config === undefined) throw new Error('no bus')
    const clock = systemClock
    const sink = { add: (reading: Reading) => void this.readings.push(reading), pollEnded: () => undefined }
    const board = new Board(polledSensors(facility).values())
    const intake = new Intake({ epoch: new Epoch({ clock, randomId: () => 'e' }), board, sink, clock })
    const { discards } = this
    const loading = load === undefined ? {} : { loadSerialPort: load }
    const driver = createDriver(config, { counter: discards, clock, dialIn: this.#dialIn, ...loading })
    this.bus = new Bus({
      bus: config,
      driver,
      discards,
      sink: intake,
      clock,
      random: () => 0,
      logger: silentLogger,
    })
  }

  /** As `value` or as reason, in the order in which they were sent. */
  of(sensor: string): (number | string | undefined)[] {
    return this.readings.filter((each) => each.sensor === sensor).map((each) => each.reason ?? each.value)
  }

  requests(device = 'd'): number {
    return this.bus.deviceHealth()[device]?.requests ?? 0
  }

  async stop(): Promise<number> {
    const begun = performance.now()
    await this.bus.stop()
    await this.#dialIn.stop()
    return performance.now() - begun
  }
}

export function sensorAt(id: string, address: number, more = ''): string {
  return `{ id: ${id}, kind: gas, unit: ppm, register: { address: ${address} }${more} }`
}

/** A device with one value at each address. Key: id of the sensor. */
export function deviceWith(
  sensors: Record<string, number>,
  given: { id?: string; unit?: number; poll?: string } = {},
) {
  const { id = 'd', unit = 1, poll = '20ms' } = given
  const list = Object.entries(sensors).map(([name, address]) => sensorAt(name, address))
  return `{ id: ${id}, unitId: ${unit}, poll: ${poll}, maxGap: 8, sensors: [${list.join(', ')}] }`
}
