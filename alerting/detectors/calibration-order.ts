import type { NewCalibration } from '../../contracts/calibration-api.ts'
import { CodedError } from '../../contracts/errors.ts'

/** What a person enters; `time` is epoch ms, or absent for now. */
export interface CalibrationOrder extends Omit<NewCalibration, 'time' | 'by'> {
  readonly time?: number
  readonly by: string
  /** Where they are, with sign-in. */
  readonly address?: string
}

/** A clock on a wall is not that of the server, ms. */
const AHEAD_MS = 60_000
const OLDEST_MS = 3_650 * 86_400_000

/** When it was done. @throws CodedError CALIBRATION_TIME, CALIBRATION_NOTE or CALIBRATION_FACTS */
export function checkCalibration(order: CalibrationOrder, now: number): number {
  const { time = now, result, note = '', kind } = order
  if (time > now + AHEAD_MS) throw new CodedError('CALIBRATION_TIME', 'it is still to come')
  if (time < now - OLDEST_MS) throw new CodedError('CALIBRATION_TIME', 'it is more than ten years ago')
  if (result === 'fail' && note.trim() === '')
    throw new CodedError('CALIBRATION_NOTE', 'a detector that failed has a note')
  const { certificateExpiry, t50, t90, asFound, asLeft } = order
  if (result === 'adjusted') {
    if (kind === 'bump')
      throw new CodedError('CALIBRATION_FACTS', 'a bump adjusts nothing: enter a calibration')
    if (!isMeasured(asFound) || !isMeasured(asLeft))
      throw new CodedError('CALIBRATION_FACTS', 'adjusted: asFound and asLeft are missing')
  }
  if (t50 !== undefined && t90 !== undefined && t90 < t50)
    throw new CodedError('CALIBRATION_FACTS', 't90 is shorter than t50')
  if (certificateExpiry !== undefined) {
    const last = Date.parse(`${certificateExpiry}T00:00:00Z`)
    if (Number.isNaN(last) || !new Date(last).toISOString().startsWith(certificateExpiry))
      throw new CodedError('CALIBRATION_FACTS', `certificateExpiry: there is no ${certificateExpiry}`)
    // A day is over everywhere 36 hours after it begins in UTC.
    if (result !== 'fail' && last + 1.5 * 86_400_000 < time)
      throw new CodedError('CALIBRATION_FACTS', 'the certificate of the gas had expired')
  }
  return Math.min(time, now)
}

function isMeasured(readings: NewCalibration['asFound']): boolean {
  return readings?.zero !== undefined || readings?.span !== undefined
}
