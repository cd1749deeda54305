import type { CalibrationView, DueView, NewCalibration } from '../../contracts/calibration-api.ts'
import { type Answer, ok } from './fake-alarms.ts'

/** Calibrations as a server has them; what is entered is kept as it came. */
export class FakeDetectors {
  readonly due: DueView[] = []
  readonly records: CalibrationView[] = []
  readonly entered: NewCalibration[] = []

  /** Undefined for what is none of its paths. */
  answer(path: readonly string[], query: URLSearchParams, body: unknown): Answer | undefined {
    if (path[0] !== 'facilities') return undefined
    if (path.at(-1) === 'inhibit' && body === undefined) return ok({ inhibit: null })
    if (path.at(-1) !== 'calibrations') return undefined
    if (body !== undefined) {
      this.entered.push(body as NewCalibration)
      return ok(body)
    }
    if (path[2] === 'sensors') return ok({ items: this.records.filter(({ sensor }) => sensor === path[3]) })
    const of = query.get('sensor')
    return ok({ items: this.due.filter(({ sensor }) => of === null || sensor === of) })
  }
}
