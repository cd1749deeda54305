import type { LatchState } from './over-range-latch.ts'

/** A latch that is not open. */
export type ClosedLatch = readonly [sensor: string, state: Exclude<LatchState, 'open'>]

/**
 * The over-range latches of a gateway, apart from those who judge by them: a gas that has closed one is not
 * forgotten with the process (docs/decisions/0008).
 */
export class LatchBook {
  /** Key: sensor id. */
  readonly #closed = new Map<string, ClosedLatch[1]>()
  readonly #onChange: () => void

  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange
  }

  of(sensor: string): LatchState {
    return this.#closed.get(sensor) ?? 'open'
  }

  set(sensor: string, state: LatchState): void {
    if (this.of(sensor) === state) return
    if (state === 'open') this.#closed.delete(sensor)
    else this.#closed.set(sensor, state)
    this.#onChange()
  }

  /** Those that are not open. */
  closed(): ClosedLatch[] {
    return [...this.#closed]
  }

  /** What an earlier process left. Called before anything is judged. */
  restore(closed: Iterable<ClosedLatch>): void {
    for (const [sensor, state] of closed) this.#closed.set(sensor, state)
  }
}
