import type { Clock } from '../../contracts/clock.ts'
import { ERRORS } from '../../contracts/errors.ts'
import type { LedgerDelta } from '../../contracts/ledger.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { RefusedPoint, StatusPoint } from '../../contracts/store.ts'
import { LedgerTally } from '../intake/ledger-tally.ts'
import { GROWN, type LogDrainPlan } from '../log/log-drain-source.ts'
import type { Lags } from '../metrics/lags.ts'
import type { StorePlan } from '../store/store-plan.ts'
import type { DrainProgress, StoreState } from './drain.ts'
import type { RefusedText } from './drain-protocol.ts'
import { StoreWriter } from './store-writer.ts'

export interface LogDrainOptions {
  store: StorePlan
  /** Folder of the log. */
  folder: string
  minutesFile: string
  /** Number of the last record that is in the store, and known to be. */
  drainedTo: number
  /** Keeps how far it has come, in one transaction with its counts. */
  keep: (drained: { position: number; ledger: readonly LedgerDelta[] }) => Promise<void>
  onRefused: (refused: readonly RefusedPoint[]) => void
  onState: (isWorking: boolean) => void
  lags: Lags
  clock: Clock
  random: () => number
  logger: Logger
}

/** How far it has come is kept this often, ms. */
const KEEP_MS = 1_000

/**
 * The way from the server's log into the store, as the server sees it: what is durable is written by a thread
 * of its own, and how far that has come is kept now and then. What was written and not kept is written again
 * after a start, which changes nothing.
 */
export class LogDrain {
  readonly #options: LogDrainOptions
  readonly #writer: StoreWriter
  readonly #stored = new LedgerTally()
  #limit: number
  #written: number
  #kept: number
  #keeping: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isWorking = true
  /** Points written since the start. */
  points = 0
  refused = 0
  mirror = { sent: 0, dropped: 0 }

  constructor(options: LogDrainOptions) {
    this.#options = options
    const { store, minutesFile, folder, drainedTo, random, logger } = options
    this.#limit = drainedTo
    this.#written = drainedTo
    this.#kept = drainedTo
    this.#writer = new StoreWriter({
      plan: store,
      minutesFile,
      source: (after) => ({
        module: new URL('../log/log-drain-source.ts', import.meta.url).href,
        data: { folder, after, limit: this.#limit } satisfies LogDrainPlan,
      }),
      drainedTo,
      random,
      events: {
        onProgress: (progress) => this.#progress(progress),
        onRefused: (refused) => {
          this.refused += refused.length
          options.onRefused(refused)
        },
        onState: (state) => this.#state(state),
        onUpkeep: (news) => {
          if ('dropped' in news) logger.info(news, 'readings past their retention were deleted')
          else logger.warn(news, 'roll-ups or retention of the store have to wait')
        },
        onMirror: (counts) => {
          this.mirror = counts
        },
      },
    })
  }

  /** @throws CodedError when store or log cannot be opened */
  async start(): Promise<void> {
    await this.#writer.start()
    this.#timer = setInterval(() => this.#keep(), KEEP_MS)
  }

  /** Records of the log up to this number are durable. */
  tell(synced: number): void {
    this.#limit = synced
    this.#writer.tellSource(synced)
  }

  /** Sensors were added, or stand elsewhere from now on: call it before a record of theirs is appended. */
  catalogueGrew(): void {
    this.#writer.tellSource(GROWN)
  }

  /** Records of the log up to this number are in the store, and that is kept. */
  get position(): number {
    return this.#kept
  }

  /** Records of the log that are not in the store yet. */
  get behind(): number {
    return this.#limit - this.#written
  }

  /** Whether the store took what it was given last. */
  get isWorking(): boolean {
    return this.#isWorking
  }

  /** @throws CodedError of the store */
  writeStatus(points: readonly StatusPoint[]): Promise<RefusedText[]> {
    return this.#writer.writeStatus(points)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writer.close()
    await this.#keeping
    this.#keep()
    await this.#keeping
  }

  #progress({ last, points, batches, stored }: DrainProgress): void {
    const { lags } = this.#options
    this.#written = last
    this.points += points
    for (const { facility, gateway, epoch, sent, sampled, isLive, readings } of batches) {
      this.#stored.add({ facility, gateway, epoch, sent, total: null, size: readings }, { stored: readings })
      lags.add('stored', { isLive, ms: stored - sampled, times: readings })
    }
  }

  #state(state: StoreState): void {
    const { logger, onState } = this.#options
    this.#isWorking = state.isWorking
    if (state.isWorking) logger.info({}, 'the store takes readings')
    else {
      const { code, detail } = state
      logger.warn({ code, detail, remedy: ERRORS[code].remedy }, 'the store does not take readings')
    }
    onState(state.isWorking)
  }

  #keep(): void {
    const position = this.#written
    if (position === this.#kept) return
    const ledger = this.#stored.take()
    const before = this.#keeping
    this.#keeping = before
      .then(() => this.#options.keep({ position, ledger }))
      .then(
        () => {
          this.#kept = Math.max(this.#kept, position)
        },
        (error: unknown) => {
          // A state database that fails says so itself.
          this.#stored.putBack(ledger)
          this.#options.logger.debug({ error: String(error) }, 'how far the store has come is kept later')
        },
      )
  }
}
