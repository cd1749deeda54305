import { CodedError, ERRORS } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { problemsOf, type ReadFacility } from '../contracts/facility-reader.ts'
import type { Logger } from '../contracts/logger.ts'
import { findGateway, requireReadable } from './gateway-config.ts'

/** A gateway at work. */
interface Running {
  start(): Promise<void>
  stop(): Promise<void>
}

interface GatewayRunOptions {
  gateway: string
  /** Makes the gateway of this facility. @throws CodedError when the file asks for what cannot be done */
  make: (facility: Facility) => Running
  /** Reads the facility file again; `known` is the fingerprint of the one that is in force, key: facility id. */
  read: (known: Readonly<Record<string, string>>) => Promise<readonly ReadFacility[]>
  logger: Logger
}

/**
 * One gateway from start to stop. When its facility file has changed it ends as it does at a stop and begins
 * anew as at a start, in the same process: what was polled stands in the outbox meanwhile.
 */
export class GatewayRun {
  readonly #options: GatewayRunOptions
  #facility: Facility
  #running: Running
  /** Reloads, one after the other. */
  #reloading: Promise<void> = Promise.resolve()
  #isStopping = false

  /** @throws CodedError when the file asks for what cannot be done */
  constructor(options: GatewayRunOptions, facility: Facility) {
    this.#options = options
    this.#facility = facility
    this.#running = options.make(facility)
  }

  /** @throws CodedError */
  async start(): Promise<void> {
    await this.#running.start()
    this.#options.logger.info({ config: this.#facility.digest }, 'the gateway is running')
  }

  /** Returns at once; a file that cannot be taken is told in the log, and changes nothing. */
  reload(): void {
    this.#reloading = this.#reloading.then(() => this.#reload())
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#reloading
    await this.#running.stop()
    this.#options.logger.info({}, 'the gateway has stopped')
  }

  async #reload(): Promise<void> {
    const { gateway, logger } = this.#options
    try {
      const facility = await this.#changed()
      if (facility === undefined) {
        logger.info({}, 'the facility file says nothing new')
        return
      }
      requireReadable(findGateway(facility, gateway))
      if (!this.#isStopping) await this.#begin(facility)
    } catch (error) {
      this.#tell(error)
    }
  }

  /** @throws CodedError, ConfigError with all that is wrong among them */
  async #changed(): Promise<Facility | undefined> {
    const { id, fingerprint } = this.#facility
    const [read] = await this.#options.read({ [id]: fingerprint })
    if (read === undefined || 'isUnchanged' in read) return undefined
    if (read.id === id) return read
    throw new CodedError('RELOAD_NEEDS_RESTART', `${read.file}: it is of ${read.id}, not of ${id} any more`)
  }

  /** @throws CodedError when the gateway cannot begin; it then goes on with the file of before */
  async #begin(facility: Facility): Promise<void> {
    await this.#running.stop()
    const before = this.#facility
    try {
      this.#running = this.#options.make(facility)
      this.#facility = facility
      await this.start()
    } catch (error) {
      await this.#running.stop().catch(() => undefined)
      this.#running = this.#options.make(before)
      this.#facility = before
      await this.start()
      throw error
    }
  }

  #tell(error: unknown): void {
    const { logger } = this.#options
    const code = error instanceof CodedError ? error.code : 'INTERNAL'
    const { remedy } = ERRORS[code]
    for (const problem of problemsOf(error))
      logger.error({ code, ...problem, remedy }, 'in the facility file')
    const detail = error instanceof CodedError ? error.detail.split('\n')[0] : String(error)
    logger.error({ code, detail, remedy }, 'nothing was reloaded: the gateway goes on as it was')
  }
}
