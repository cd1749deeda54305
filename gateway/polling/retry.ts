import type { ReadOutcome } from '../drivers/driver.ts'

/**
 * Acknowledge, busy, gateway path unavailable, gateway target failed to respond: the same request may be
 * answered in a moment. Any other exception would only be repeated (Modbus application protocol, 7).
 */
const PASSING_EXCEPTIONS: readonly number[] = [5, 6, 10, 11]

/** Pauses before the first and the second retry of a poll, ms; there is no third. */
const RETRY_PAUSES_MS: readonly number[] = [100, 300]

/** How long to wait before the same request is made again; undefined when it is not. */
export function retryPause(outcome: ReadOutcome, retriesSoFar: number): number | undefined {
  if (outcome.ok || outcome.failed.kind !== 'exception') return undefined
  return PASSING_EXCEPTIONS.includes(outcome.failed.code) ? RETRY_PAUSES_MS[retriesSoFar] : undefined
}
