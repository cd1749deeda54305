/** Far below any motion, and far above the numbers that a processor reckons slowly with. */
const NOTHING = 1e-200

/**
 * What is left of a recursion at rest, or zero: of a channel that stands still a filter would otherwise work with
 * denormal numbers for ever, several times more slowly.
 */
export function withoutDenormals(value: number): number {
  return value < NOTHING && value > -NOTHING ? 0 : value
}
