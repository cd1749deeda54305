import { reduce } from './reducer.ts'
import type { ConsoleState, Message } from './state.ts'

/** Holds the one state; whoever listens is told after every change. */
export class Store {
  #state: ConsoleState
  readonly #listeners = new Set<() => void>()

  constructor(state: ConsoleState) {
    this.#state = state
  }

  get state(): ConsoleState {
    return this.#state
  }

  dispatch(message: Message): void {
    const next = reduce(this.#state, message)
    if (next === this.#state) return
    this.#state = next
    for (const listener of this.#listeners) listener()
  }

  /** @returns the function that ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
