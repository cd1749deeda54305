import { Detectors } from '../../../alerting/detectors/detectors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { DirectStates } from '../direct-states.ts'

export const DAY = 86_400_000
export const HOUR = 3_600_000
export const T0 = Date.parse('2026-11-28T10:00:00+08:00')

/** GT-1 has both intervals, GT-2 that of calibration and an alarm of class safety, GT-3 neither; GT.v is computed. */
export function detectorPlant({ gt3 = '', head = '' } = {}): Facility {
  return parseFacility(
    `
facility: { id: plant, timezone: Asia/Shanghai${head} }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, area: yard, poll: 1s, sensors: [
          { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }, calibration: { every: 180d, bump: 30d }, alarms: { H: { when: high, limit: 20 } } },
          { id: GT-2, kind: gas, unit: ppm, register: { address: 1 }, calibration: { every: 180d }, alarms: { H: { when: high, limit: 20, class: safety } } },
          { id: GT-3, kind: gas, unit: ppm, register: { address: 2 }${gt3} } ] } ] }
derived:
  - { id: GT.v, of: [GT-1, GT-2, GT-3], compute: vote, need: 2, limit: 20 }
`,
    'plant.yaml',
  )
}

/** The care of its detectors, in virtual time, on a database that outlives a restart. */
export class DetectorScene implements AsyncDisposable {
  readonly time = { now: T0 }
  readonly states = new DirectStates(temporaryFolder())
  readonly reports: number[] = []
  facility = detectorPlant()
  detectors!: Detectors

  static async open(): Promise<DetectorScene> {
    const scene = new DetectorScene()
    await scene.restart()
    return scene
  }

  async restart(): Promise<void> {
    this.detectors = await Detectors.open({
      facility: () => this.facility,
      states: this.states,
      now: () => this.time.now,
      report: async (_, value) => void this.reports.push(value),
      logger: silentLogger,
    })
  }

  /** What is due, as `GT-1 bump overdue`. */
  due(withinMs?: number): string[] {
    const asked = withinMs === undefined ? {} : { withinMs }
    return this.detectors.calibrations
      .due(asked)
      .map(({ sensor, kind, state }) => `${sensor} ${kind} ${state}`)
  }

  async journal() {
    const entries = await this.states.stepEntries({ facility: 'plant', limit: 100 })
    return entries.map(({ by, register }) => ({ by, ...register })).toReversed()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.states.close()
  }
}
