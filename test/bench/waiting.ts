import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Waits with the seconds left on stderr. */
export async function countdown(terminal: Terminal, what: string, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    terminal.err(`\r${what}: ${Math.ceil(left)} s   `)
    await pause(Math.min(left, 1) * 1_000)
  }
  terminal.err(`\r${what}: done   \n`)
}

/** Until `look` says true. @throws Error after 20 s, or what `look` throws. */
export async function eventually(look: () => boolean | Promise<boolean>): Promise<void> {
  const end = systemClock.monotonic() + 20_000
  while (!(await look())) {
    if (systemClock.monotonic() > end) throw new Error(`it took more than 20 s: ${look}`)
    await pause(50)
  }
}
