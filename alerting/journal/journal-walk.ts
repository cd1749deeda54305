import { setImmediate } from 'node:timers/promises'
import type { Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'

/** How often somebody who waits hears how far it is, ms. */
const PROGRESS_MS = 2_000
/** Entries taken without a look at anything else. */
const AT_ONCE = 500

/**
 * Takes one after the other and tells on stderr how far it is, once it takes long. Answers false when somebody
 * stopped it before the end. `total`: how many there are, when that is known.
 */
export async function walk<T>(
  items: Iterable<T> | AsyncIterable<T>,
  take: (item: T) => void,
  { terminal, clock, name, total }: { terminal: Terminal; clock: Clock; name: string; total?: number },
): Promise<boolean> {
  let isStopped = false
  void terminal.stopped.then(() => {
    isStopped = true
  })
  let count = 0
  let told = clock.monotonic()
  for await (const item of items) {
    take(item)
    count += 1
    if (count % AT_ONCE !== 0) continue
    // Ctrl-C is heard only in between.
    await setImmediate()
    if (isStopped) {
      terminal.err(`${name}: stopped after ${count} entries\n`)
      return false
    }
    if (clock.monotonic() - told < PROGRESS_MS) continue
    told = clock.monotonic()
    terminal.err(`${name}: ${count}${total === undefined ? '' : ` of ${total}`} entries\n`)
  }
  return true
}
