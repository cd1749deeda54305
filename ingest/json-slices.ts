import type { Clock } from '../contracts/clock.ts'

/** Entries of a long array that are turned into text at once. */
const ENTRIES = 256
/** Then timers and sockets have their turn, ms. */
const TURN_MS = 4

/** The JSON text of plain data without undefined in arrays; a large one is made over many turns of the event loop. */
export async function jsonInSlices(value: object, clock: Pick<Clock, 'monotonic'>): Promise<string> {
  const slices: string[] = []
  let since = clock.monotonic()
  for (const slice of slicesOf(value)) {
    slices.push(slice)
    if (clock.monotonic() - since < TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    since = clock.monotonic()
  }
  return slices.join('')
}

function* slicesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield '['
    for (let at = 0; at < value.length; at += ENTRIES)
      yield (at === 0 ? '' : ',') + JSON.stringify(value.slice(at, at + ENTRIES)).slice(1, -1)
    yield ']'
  } else if (typeof value === 'object' && value !== null) {
    let before = '{'
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue
      yield `${before}${JSON.stringify(key)}:`
      yield* slicesOf(inner)
      before = ','
    }
    yield before === '{' ? '{}' : '}'
  } else yield JSON.stringify(value)
}
