import type { CalibrationView } from '../../../../contracts/calibration-api.ts'
import { limitText, unitSign } from '../number-text.ts'
import type { DetectorTextKey } from '../texts/detectors.ts'

/** What was read and with what, of a record: `zero 1.2 → 0 ppm`, `t90 19 s`, `bottle B-7`. */
export function recordFigures(
  record: CalibrationView,
  unit: string,
  text: (key: DetectorTextKey, values?: Record<string, string | number>) => string,
): string[] {
  const { asFound, asLeft, t50, t90, bottle, certificate, certificateExpiry } = record
  const reading = (key: 'zero' | 'span') => {
    const [found, left] = [asFound?.[key], asLeft?.[key]]
    if (found === undefined && left === undefined) return []
    const [before, after] = [found, left].map((value) => (value === undefined ? '–' : limitText(value)))
    return [`${text(key)} ${before}${left === undefined ? '' : ` → ${after}`} ${unitSign(unit)}`.trim()]
  }
  return [
    ...reading('zero'),
    ...reading('span'),
    ...(t50 === undefined ? [] : [`t50 ${limitText(t50)} s`]),
    ...(t90 === undefined ? [] : [`t90 ${limitText(t90)} s`]),
    ...(bottle === undefined ? [] : [`${text('bottle')} ${bottle}`]),
    ...(certificate === undefined ? [] : [`${text('certificate')} ${certificate}`]),
    ...(certificateExpiry === undefined ? [] : [`${text('certificateExpiry')} ${certificateExpiry}`]),
  ]
}
