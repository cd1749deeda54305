import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { KeptGap, LedgerDelta } from '../contracts/ledger.ts'
import type { Logger } from '../contracts/logger.ts'
import type { LedgerTally } from './intake/ledger-tally.ts'
import { jsonInSlices } from './json-slices.ts'

/** A facility, as far as its checkpoints go. */
export interface CheckpointSource {
  readonly id: string
  /** Number of the last record of the log that was its own. */
  lastRecord(): number
  ledger: LedgerTally
  /** It has counted something that is in no record: duplicates, or what was dropped. */
  hasCounts(): boolean
  /** Resolves when all that evaluation did stands in the journal. */
  settled(): Promise<void>
  /**
   * What it has in memory and a start needs: plain data that does not change any more. And what was dropped
   * since the last time.
   */
  snapshot(): { body: object; gaps: KeptGap[] }
  /** A checkpoint with these could not be kept. */
  putBack(gaps: readonly KeptGap[]): void
}

/** Where checkpoints are kept, each in one transaction with its counts. */
export interface CheckpointKeeper {
  checkpoint(checkpoint: {
    facility: string
    position: number
    body: string
    ledger: readonly LedgerDelta[]
    gaps: readonly KeptGap[]
  }): Promise<void>
}

interface CheckpointsOptions {
  /** As they are when it looks: facilities come and go. */
  sources: readonly CheckpointSource[]
  /** Where each facility was when the server started. Key: facility id. */
  started: ReadonlyMap<string, number>
  log: { readonly last: number; settled(): Promise<void> }
  keeper: CheckpointKeeper
  clock: Clock
  logger: Logger
}

/** A facility that takes batches is kept this often: a start replays what came since, ms. */
const INTERVAL_MS = 5_000
/** After a checkpoint that took long there is a pause of so many times as long. */
const PAUSES = 20

/**
 * Keeps, facility by facility, what evaluation has in memory beside the number of the log's last record, so
 * that a start replays the tail of the log and no more. One at a time: serialising a large plant takes a while.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions
  /** Where each facility is kept, and since when, monotonic ms. Key: facility id. */
  readonly #kept = new Map<string, { position: number; at: number }>()
  #running: Promise<void> | undefined
  /** Not before this, monotonic ms. */
  #next = Number.NEGATIVE_INFINITY

  constructor(options: CheckpointsOptions) {
    this.#options = options
    const at = options.clock.monotonic()
    for (const [id, position] of options.started) this.#kept.set(id, { position, at })
  }

  /** Records of the log up to this number are in some checkpoint. */
  get position(): number {
    const { sources, log } = this.#options
    const positions = sources.map((source) => {
      const kept = this.#kept.get(source.id)?.position ?? 0
      return source.lastRecord() <= kept ? log.last : kept
    })
    return Math.min(log.last, ...positions)
  }

  /** Called often: keeps the facility that has waited longest, if one is due. */
  tick(): void {
    const now = this.#options.clock.monotonic()
    if (this.#running !== undefined || now < this.#next) return
    const [first] = this.#options.sources
      .filter((source) => this.#isChanged(source) && now - this.#since(source) >= INTERVAL_MS)
      .sort((a, b) => this.#since(a) - this.#since(b))
    if (first === undefined) return
    this.#running = this.#keep(first).finally(() => {
      this.#running = undefined
      const ended = this.#options.clock.monotonic()
      this.#next = ended + PAUSES * (ended - now)
    })
  }

  /** Keeps one facility, as it is now or a little later. */
  async keep(source: CheckpointSource): Promise<void> {
    await this.#running
    this.#running = this.#keep(source).finally(() => {
      this.#running = undefined
    })
    await this.#running
  }

  /** Keeps every facility: before the end, and at the first start. */
  async keepAll(): Promise<void> {
    await this.#running
    for (const source of this.#options.sources) if (this.#isChanged(source)) await this.#keep(source)
  }

  #isChanged(source: CheckpointSource): boolean {
    const kept = this.#kept.get(source.id)
    return kept === undefined || source.lastRecord() > kept.position || source.hasCounts()
  }

  #since({ id }: CheckpointSource): number {
    return this.#kept.get(id)?.at ?? Number.NEGATIVE_INFINITY
  }

  /**
   * Everything is taken in one turn and becomes text over many; it is kept once the log and the journal have all
   * that is in it.
   */
  async #keep(source: CheckpointSource): Promise<void> {
    const { log, keeper, clock, logger } = this.#options
    const { id, ledger } = source
    const position = log.last
    const { body, gaps } = source.snapshot()
    const counts = ledger.take()
    const settled = Promise.all([log.settled(), source.settled()])
    settled.catch(() => undefined) // Awaited below, some turns later.
    try {
      const text = await jsonInSlices(body, clock)
      await settled
      await keeper.checkpoint({ facility: id, position, body: text, ledger: counts, gaps })
      this.#kept.set(id, { position, at: clock.monotonic() })
    } catch (error) {
      ledger.putBack(counts)
      source.putBack(gaps)
      // What fails of the log or the journal is told by them.
      if (error instanceof RangeError)
        logger.error(
          { facility: id, error: String(error) },
          'a checkpoint is too long to be kept: derived sensors need a coarser every or shorter windows',
        )
      else logger.debug({ facility: id, error: String(error) }, 'a checkpoint is put off')
    }
  }
}

/** The body of a checkpoint; its maker knows what it is. @throws CodedError DATA_DAMAGED */
export function parseCheckpoint<T>(facility: string, body: string): T {
  try {
    return JSON.parse(body) as T
  } catch (error) {
    throw new CodedError('DATA_DAMAGED', `the checkpoint of ${facility} cannot be read`, { cause: error })
  }
}
