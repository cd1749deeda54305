/** Since when something that is looked at again and again has not moved. Monotonic milliseconds. */
export interface Stillness {
  readonly seen: number | string
  readonly since: number
}

/** A first look, and every change, starts the time anew. */
export function look(before: Stillness | undefined, seen: Stillness['seen'], now: number): Stillness {
  return before !== undefined && before.seen === seen ? before : { seen, since: now }
}

/** True when it has not moved for so long. What nobody has seen yet may still move. */
export function isStill(stillness: Stillness | undefined, now: number, forMs: number): boolean {
  return stillness !== undefined && now - stillness.since >= forMs
}

/** The time in which nobody could look says nothing, neither way. */
export function leftOut<S extends { readonly since: number }>(state: S, awayMs: number): S {
  return { ...state, since: state.since + awayMs }
}
