/** Digits that an axis spans at least: a tank at rest is a line, and the noise of its last digit no drama. */
const LEAST_STEPS = 10

/**
 * What the axis of a trend spans: all values and limits, with a little air above and below.
 *
 * @param step last digit of a number of that size; undefined for states, which are as far apart as they are
 */
export function valueRange(
  given: readonly (number | null)[],
  step: ((value: number) => number) | undefined,
): [number, number] {
  const values = given.filter((value) => value !== null)
  if (values.length === 0) return [0, 1]
  const [bottom, top] = [Math.min(...values), Math.max(...values)]
  const air = (top - bottom) * 0.1 || Math.max(0.5, Math.abs(top) * 0.1)
  const least = step === undefined ? 0 : LEAST_STEPS * step(Math.max(Math.abs(bottom), Math.abs(top)))
  const around = Math.max(air, (least - (top - bottom)) / 2)
  return [bottom >= 0 && bottom < around ? 0 : bottom - around, top + around]
}
