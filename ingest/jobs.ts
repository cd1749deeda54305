import type { Logger } from '../contracts/logger.ts'

/** What is done again and again while the server runs. A failure is logged, and the next turn comes all the same. */
export class Jobs {
  readonly #logger: Logger
  readonly #timers: NodeJS.Timeout[] = []

  constructor(logger: Logger) {
    this.#logger = logger
  }

  every(ms: number, job: () => void | Promise<void>): void {
    this.#timers.push(
      setInterval(() => {
        Promise.try(job).catch((error: unknown) =>
          this.#logger.error({ error: String(error) }, 'a periodic job failed'),
        )
      }, ms),
    )
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }
}
