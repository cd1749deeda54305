import type { Logger } from '../contracts/logger.ts'

/** What is done as the server stops has so long, ms. */
const LAST_MS = 1_000

/** What is done again and again while the server runs. A failure is logged, and the next turn comes all the same. */
export class Jobs {
  readonly #logger: Logger
  readonly #timers: NodeJS.Timeout[] = []
  readonly #last: (() => Promise<void>)[] = []

  constructor(logger: Logger) {
    this.#logger = logger
  }

  every(ms: number, job: () => void | Promise<void>): void {
    this.#timers.push(setInterval(() => void this.#run(job), ms))
  }

  /** Once more as the server stops, while everything still runs that was started before. */
  atStop(job: () => Promise<void>): void {
    this.#last.push(job)
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    const jobs = this.#last.splice(0).map((job) => this.#run(job))
    if (jobs.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, LAST_MS)
    await Promise.race([Promise.all(jobs), promise])
    clearTimeout(timer)
  }

  async #run(job: () => void | Promise<void>): Promise<void> {
    try {
      await job()
    } catch (error) {
      this.#logger.error({ error: String(error) }, 'a periodic job failed')
    }
  }
}
