import type { Session, SessionSource } from './session.ts'

/**
 * Sessions of a database whose tables have been taken forward: `migrate` runs before the first of them, and again
 * with the next one when it failed, so that a database may be away when the server starts.
 */
export class MigratedSource implements SessionSource {
  readonly #source: SessionSource
  readonly #migrate: () => Promise<void>
  /** Of the run that goes on, or of the one that succeeded. */
  #migrated: Promise<void> | undefined

  constructor(source: SessionSource, migrate: () => Promise<void>) {
    this.#source = source
    this.#migrate = migrate
  }

  /** @throws what `migrate` threw */
  async migrated(): Promise<void> {
    this.#migrated ??= this.#migrate().catch((error: unknown) => {
      this.#migrated = undefined
      throw error
    })
    await this.#migrated
  }

  async acquire(): Promise<Session> {
    await this.migrated()
    return this.#source.acquire()
  }

  async close(): Promise<void> {
    await this.#source.close()
  }
}
