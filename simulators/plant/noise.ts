/**
 * Seeded randomness without a state of its own: every number is a hash of (seed, stream, step), so the
 * same plant gives the same history whatever else is simulated beside it and in whatever order.
 */
export interface NoiseSource {
  readonly seed: number
  /** One per quantity that varies by itself; see {@link streamOf}. */
  readonly stream: number
}

/** In [0, 1). */
export function uniform(source: NoiseSource, step: number): number {
  let hash = scramble(source.seed ^ 0x9e3779b9)
  hash = scramble(hash ^ source.stream)
  hash = scramble(hash ^ step)
  return hash / 4_294_967_296
}

/**
 * Mean 0, standard deviation 1, and never beyond 3: the sum of three uniform numbers. Bounded, because a
 * simulated plant at rest must not raise an alarm once in a million samples.
 */
export function bell(source: NoiseSource, step: number): number {
  const at = 3 * step
  return 2 * (uniform(source, at) + uniform(source, at + 1) + uniform(source, at + 2)) - 3
}

/** A slow swing between -1 and 1 whose phase and period (4 to 9 minutes) hang on the stream. */
export function slowSwing(source: NoiseSource, timeMs: number): number {
  const phase = uniform(source, -1)
  const periodMs = 240_000 + 300_000 * uniform(source, -2)
  return Math.sin(2 * Math.PI * (timeMs / periodMs + phase))
}

/** The stream of a name (FNV-1a). */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

/** Next value of a quantity that wanders about 0 with a standard deviation of 1 (Ornstein-Uhlenbeck). */
export function wander(value: number, push: number, share: { stepMs: number; memoryMs: number }): number {
  const kept = Math.exp(-share.stepMs / share.memoryMs)
  return value * kept + push * Math.sqrt(1 - kept * kept)
}

/** Every bit of the input changes about half of the bits of the output. */
function scramble(input: number): number {
  let hash = input | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return (hash ^ (hash >>> 16)) >>> 0
}
