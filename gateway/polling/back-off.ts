/** First and longest pause between attempts to connect, ms. */
export const BACK_OFF = { firstMs: 500, longestMs: 10_000 } as const

/**
 * Pauses in milliseconds, doubling from 0.5 s to 10 s, each drawn from its upper half so that many
 * gateways do not come back in step. `random` gives numbers in [0, 1).
 */
export function* backOffDelays(random: () => number): Generator<number, never> {
  for (let pause: number = BACK_OFF.firstMs; ; pause = Math.min(pause * 2, BACK_OFF.longestMs)) {
    yield Math.round(pause * (0.5 + random() / 2))
  }
}

/** Resolves after the pause or as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
