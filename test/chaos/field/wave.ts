/** Set points of the sensors that are watched. No delays: then the readings alone imply every transition. */
export const SET_POINTS = {
  H: { when: 'high', limit: 70, deadband: 5, priority: 'high' },
  HH: { when: 'high', limit: 85, deadband: 5, priority: 'critical' },
  L: { when: 'low', limit: 10, deadband: 5, priority: 'medium' },
} as const
export type SetPointKey = keyof typeof SET_POINTS

/**
 * One wave: `times` answers at a level. It passes every limit and stops inside every deadband; one spike over
 * both high limits lasts a single answer.
 */
const WAVE: readonly { readonly level: number; readonly times: number }[] = [
  { level: 50, times: 9 },
  { level: 72, times: 4 },
  { level: 90, times: 3 },
  { level: 83, times: 2 },
  { level: 91, times: 2 },
  { level: 75, times: 2 },
  { level: 67, times: 2 },
  { level: 50, times: 3 },
  { level: 90, times: 1 },
  { level: 50, times: 3 },
  { level: 5, times: 4 },
  { level: 12, times: 2 },
  { level: 50, times: 4 },
]
const LEVELS = WAVE.flatMap(({ level, times }) => Array.from({ length: times }, () => level))

/** The level of a sensor at its n-th answer. Each sensor rests a little longer than the one before it. */
export function levelAt(index: number, number: number): number {
  const length = LEVELS.length + 3 * index
  return LEVELS[(number + 7 * index) % length] ?? 50
}
