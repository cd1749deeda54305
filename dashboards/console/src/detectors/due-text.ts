import type { DueView } from '../../../../contracts/calibration-api.ts'
import type { Words } from '../language.ts'
import { CALIBRATION_RESULT_TEXTS, type DetectorTextKey, DUE_STATE_TEXTS } from '../texts/detectors.ts'

const DAY_MS = 86_400_000

/** How a date stands, in a few words: that it failed, and by how many days it is overdue, matter most. */
export function dueText(
  { state, lastResult, overdueByMs }: Pick<DueView, 'state' | 'lastResult' | 'overdueByMs'>,
  words: Words,
  text: (key: DetectorTextKey, values?: Record<string, string | number>) => string,
): string {
  const days = Math.floor(overdueByMs / DAY_MS)
  const late = days > 0 ? text('overdueBy', { days }) : undefined
  if (lastResult !== 'fail') return late ?? words.of(DUE_STATE_TEXTS[state])
  const failed = words.of(CALIBRATION_RESULT_TEXTS.fail)
  return late === undefined ? failed : `${failed} · ${late}`
}
