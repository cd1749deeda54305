import type { Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'

/** Where nobody watches a line change, one is printed this often, ms. */
const QUIET_INTERVAL_MS = 2_000

/** How far long work is, on stderr: one line that changes on a terminal, else a line now and then. */
export class ProgressLine {
  readonly #terminal: Terminal
  readonly #clock: Clock
  #printed = Number.NEGATIVE_INFINITY
  #isOpen = false

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal
    this.#clock = clock
  }

  show(text: string): void {
    const screen = this.#terminal.screen?.()
    if (screen !== undefined) {
      this.#isOpen = true
      this.#terminal.err(`\r${text.slice(0, Math.max(1, screen.columns - 1))}\u001b[K`)
      return
    }
    const now = this.#clock.monotonic()
    if (now - this.#printed < QUIET_INTERVAL_MS) return
    this.#printed = now
    this.#terminal.err(`${text}\n`)
  }

  /** Makes room for the result. */
  end(): void {
    if (this.#isOpen) this.#terminal.err('\r\u001b[K')
    this.#isOpen = false
  }
}
