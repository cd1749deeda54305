import type { Bus, Device, PolledSensor } from '../../contracts/facility.ts'
import { conditionOf, meaningOf } from '../fault/device-condition.ts'
import type { ActiveFault } from '../fault/fault.ts'
import type { Answering, Conduct } from './conduct.ts'
import type { Memory } from './memory.ts'
import { isOwnValue, statusKeys } from './status-key.ts'

/** A heartbeat moves this often in the time in which it has to. */
const BEATS_WITHIN = 3

/** A device of a facility: what it reports about its sensors and about itself. */
export class SimulatedDevice {
  readonly device: Device
  readonly bus: Bus
  /** Who answers for it. */
  readonly end: Answering
  readonly #memory: Memory
  /** What it was last told of; the same list means that nothing has changed. */
  #faults: readonly ActiveFault[] | undefined
  #bootedMs = 0
  #beats = -1

  constructor(options: { device: Device; bus: Bus; end: Answering; memory: Memory }) {
    this.device = options.device
    this.bus = options.bus
    this.end = options.end
    this.#memory = options.memory
  }

  /** A value in the unit of the sensor; NaN for no measurement. */
  write(sensor: PolledSensor, value: number): void {
    this.#memory.writeValue(sensor.register, value)
  }

  /** Moves the heartbeat and the status on, and tells how the device answers now. */
  step(faults: readonly ActiveFault[], timeMs: number): Conduct {
    const condition = conditionOf(faults, this.bus, timeMs)
    if (condition.bootedMs !== undefined) this.#bootedMs = condition.bootedMs
    if (!condition.isHeartStill) this.#beat(timeMs)
    this.#say(faults)
    return condition
  }

  #beat(timeMs: number): void {
    const { heartbeat } = this.device
    if (heartbeat === undefined) return
    const beats = Math.floor((Math.max(0, timeMs - this.#bootedMs) * BEATS_WITHIN) / heartbeat.withinMs)
    if (beats === this.#beats) return
    this.#beats = beats
    this.#memory.writeCount(heartbeat.register, beats)
  }

  /** Sensors may share a status register: those that have something to say come last. */
  #say(faults: readonly ActiveFault[]): void {
    if (faults === this.#faults) return
    this.#faults = faults
    const { sensors } = this.device
    const says = sensors.map((sensor) => meaningOf(faults, sensor))
    const inOrder = [...sensors.keys()].sort(
      (a, b) => Number(says[a] !== 'good') - Number(says[b] !== 'good'),
    )
    for (const index of inOrder) {
      const [sensor, meaning = 'good'] = [sensors[index], says[index]]
      if (sensor === undefined) continue
      for (const [rule, key] of statusKeys(sensor.status, meaning).entries()) {
        const written = sensor.status[rule]
        if (written === undefined || key === undefined) continue
        // A good value says by itself that it is good.
        if (meaning === 'good' && isOwnValue(written, sensor.register)) continue
        this.#memory.writeStatus(written, key)
      }
    }
  }
}
