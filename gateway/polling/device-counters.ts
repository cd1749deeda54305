import type { LinkCounters } from '../../contracts/wire.ts'
import { failureName, type ReadOutcome } from '../drivers/driver.ts'
import { RoundTrips } from './round-trips.ts'

/** What happened with one device since the gateway started. */
export class DeviceCounters {
  readonly #counts = { requests: 0, overruns: 0, roundTripMs: 0, retries: 0 }
  /** Key: what went wrong. */
  readonly #errors: Record<string, number> = {}
  readonly #roundTrips = new RoundTrips()
  #cycleMs: number | undefined

  /** A request came to an end; without a connection it was none. */
  record(outcome: ReadOutcome, ms: number): void {
    if (outcome.ok || outcome.failed.kind !== 'not-connected') this.#counts.requests += 1
    if (!outcome.ok) {
      const name = failureName(outcome.failed)
      this.#errors[name] = (this.#errors[name] ?? 0) + 1
    }
    if (!outcome.ok && outcome.failed.kind !== 'exception') return
    this.#counts.roundTripMs = ms
    this.#roundTrips.add(ms)
  }

  retried(): void {
    this.#counts.retries += 1
  }

  overran(polls: number): void {
    this.#counts.overruns += polls
  }

  /** A poll was asked to its end, from the time it was due. */
  cycled(ms: number): void {
    this.#cycleMs = ms
  }

  snapshot(): LinkCounters {
    return {
      ...this.#counts,
      errors: { ...this.#errors },
      roundTrips: this.#roundTrips.snapshot(),
      ...(this.#cycleMs === undefined ? {} : { cycleMs: this.#cycleMs }),
    }
  }
}
