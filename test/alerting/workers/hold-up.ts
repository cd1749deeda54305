import { existsSync } from 'node:fs'

const LOOK_MS = 5
/** A test that should have let it go has failed by then, and is told so by the order of what it saw. */
const LONGEST_MS = 20_000

/** Holds this thread up for as long as there is such a file. */
export function holdUpWhile(path: string): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4))
  for (let ms = 0; existsSync(path) && ms < LONGEST_MS; ms += LOOK_MS) Atomics.wait(nothing, 0, 0, LOOK_MS)
}
