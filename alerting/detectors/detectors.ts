import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Told } from '../journal/journal-queue.ts'
import { hasDates, systemSensorId } from '../system-sensors.ts'
import { CalibrationDesk, type CalibrationDeskOptions } from './calibration-desk.ts'
import { InhibitionDesk } from './inhibition-desk.ts'
import { watchedOf } from './watched-tests.ts'

export interface DetectorsOptions {
  /** As its file says now. */
  facility: () => Facility
  states: CalibrationDeskOptions['states']
  /** Epoch ms. */
  now: () => number
  /** A reading of the system about itself. */
  report: (sensor: string, value: number) => Promise<void>
  logger: Logger
}

/** The care of the detectors of one facility: when they are due, and which of them somebody works on. */
export class Detectors {
  readonly calibrations: CalibrationDesk
  readonly inhibitions: InhibitionDesk
  readonly #options: DetectorsOptions
  #reported: number | undefined

  private constructor(options: DetectorsOptions, desks: Pick<Detectors, 'calibrations' | 'inhibitions'>) {
    this.#options = options
    this.calibrations = desks.calibrations
    this.inhibitions = desks.inhibitions
  }

  static async open(options: DetectorsOptions): Promise<Detectors> {
    const [calibrations, inhibitions] = await Promise.all([
      CalibrationDesk.open(options),
      InhibitionDesk.open(options),
    ])
    return new Detectors(options, { calibrations, inhibitions })
  }

  isOverdue(sensor: string): boolean {
    return this.calibrations.isOverdue(sensor)
  }

  /** What the journal tells of alarms: tests are among it. */
  note(told: Told): void {
    const test = watchedOf(told)
    if (test !== undefined) this.calibrations.tested(test)
  }

  /** What falls due by the clock, and what the file says now; call about once a second. Never rejects. */
  async look(): Promise<void> {
    const { facility, report, logger } = this.#options
    await this.inhibitions.look()
    try {
      await this.calibrations.follow()
      const count = this.calibrations.overdue
      if (!hasDates(facility())) this.#reported = undefined
      else if (count !== this.#reported) {
        await report(systemSensorId.calibration(), count)
        this.#reported = count
      }
    } catch (error) {
      logger.debug({ error: String(error) }, 'dates of detectors are looked at again')
    }
  }
}
