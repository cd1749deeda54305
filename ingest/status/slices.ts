import type { Clock } from '../../contracts/clock.ts'

/** Evaluation is held up for so long at a time, ms. */
const SLICE_MS = 1
/** What a slice makes at the most: handing it to the thread of the store costs about a millisecond too. */
const SLICE_MOST = 200
/** The clock is looked at after so many items. */
const LOOK_EVERY = 16

export interface Pace {
  clock: Pick<Clock, 'monotonic'>
  /** What the items are of is no more: the rest of them is left out. */
  isOver: () => boolean
}

/**
 * What is made of many items, in slices between which everything else in the process has its turn. `make` is called
 * once for each, in order, and may leave it out; a slice may be empty. What it answers is whether none was left out
 * because it was over.
 */
export async function* inSlices<T, M>(
  items: Iterable<T>,
  make: (item: T) => M | undefined,
  { clock, isOver }: Pace,
): AsyncGenerator<M[], boolean> {
  let slice: M[] = []
  let seen = 0
  let begun = clock.monotonic()
  for (const item of items) {
    const made = make(item)
    if (made !== undefined) slice.push(made)
    seen += 1
    const isLong = seen % LOOK_EVERY === 0 && clock.monotonic() - begun >= SLICE_MS
    if (!isLong && slice.length < SLICE_MOST) continue
    yield slice
    await new Promise((resolve) => setImmediate(resolve))
    if (isOver()) return false
    slice = []
    begun = clock.monotonic()
  }
  yield slice
  return true
}
