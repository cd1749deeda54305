/** The last value that was good and believed, and when it was sampled: monotonic milliseconds. */
export interface LastGood {
  readonly value: number
  readonly at: number
}

/** Share of the permitted step that the noise of binary fractions may add. */
const NOISE = 1e-9

/**
 * True when a value could be reached from the last good one at `maxRate` (unit of the sensor per second).
 * A rejected value must not become the last good one (domain 3.3): then a real step is believed as soon as
 * the time since covers it, and a spike never is.
 */
export function isReachable(
  lastGood: LastGood | undefined,
  { value, at }: LastGood,
  maxRate: number | undefined,
): boolean {
  if (lastGood === undefined || maxRate === undefined) return true
  const permitted = (maxRate * (at - lastGood.at)) / 1_000
  return Math.abs(value - lastGood.value) <= permitted * (1 + NOISE)
}
