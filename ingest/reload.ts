import { CodedError, ERRORS } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { problemsOf, type ReadFacility } from '../contracts/facility-reader.ts'
import type { Logger } from '../contracts/logger.ts'
import type { ReloadView } from '../contracts/reload-api.ts'
import { planReload, type ReloadPlan } from './reload-plan.ts'

/** Reads the files that the server was started with. `known` are fingerprints, key: facility id. */
export type ReadFiles = (known: Readonly<Record<string, string>>) => Promise<ReadFacility[]>

export interface ReloadOptions {
  /** Takes what has been renewed on the disk, whatever becomes of the facility files. Throws nothing. */
  renew: () => void
  /** Undefined where there are no files to read again. */
  read: ReadFiles | undefined
  /** What the server works with. Key: facility id. */
  facilities: () => ReadonlyMap<string, Facility>
  /** All of it, or nothing. @throws CodedError */
  change: (plan: ReloadPlan) => Promise<void>
  logger: Logger
}

/** Takes facility files that have changed, one reload at a time: all that they say, or nothing. */
export class Reload {
  readonly #options: ReloadOptions
  #running: Promise<ReloadView> | undefined
  #next: Promise<ReloadView> | undefined

  constructor(options: ReloadOptions) {
    this.#options = options
  }

  /**
   * Whoever asks while one runs waits for another one, since a file may have changed after it was read.
   * @throws CodedError with all that is wrong; it has been logged
   */
  run(): Promise<ReloadView> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#begin()
    this.#next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#begin()
      })
    return this.#next
  }

  /** Resolves when none runs. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined)
  }

  #begin(): Promise<ReloadView> {
    const running = this.#reload().finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }

  async #reload(): Promise<ReloadView> {
    const { read, facilities, change, renew, logger } = this.#options
    renew()
    try {
      if (read === undefined)
        throw new CodedError('RELOAD_NEEDS_RESTART', 'this server was not started with files')
      const known = facilities()
      const fingerprints = Object.fromEntries(
        Array.from(known.values(), ({ id, fingerprint }) => [id, fingerprint]),
      )
      const plan = planReload(known, await read(fingerprints))
      await change(plan)
      for (const { facility, changed, added, removed, changedAlarms } of plan.view) {
        const counts = { added: added.length, removed: removed.length, changedAlarms: changedAlarms.length }
        if (changed) logger.info({ facility, ...counts }, 'the facility file was taken')
      }
      if (!plan.view.some(({ changed }) => changed)) logger.info({}, 'the facility files say nothing new')
      return { facilities: plan.view }
    } catch (error) {
      this.#tell(error)
      throw error
    }
  }

  #tell(error: unknown): void {
    const { logger } = this.#options
    const code = error instanceof CodedError ? error.code : 'INTERNAL'
    const { remedy } = ERRORS[code]
    for (const problem of problemsOf(error)) logger.error({ code, ...problem, remedy }, 'in a facility file')
    const detail = error instanceof CodedError ? error.detail.split('\n')[0] : String(error)
    logger.error({ code, detail, remedy }, 'nothing was reloaded: the server goes on as it was')
  }
}
