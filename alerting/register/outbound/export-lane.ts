import { CodedError } from '../../../contracts/errors.ts'
import type { Logger } from '../../../contracts/logger.ts'
import type { ExportPlan } from '../../../contracts/register/export-plan.ts'
import { busySeconds } from '../../notify/channels/webhook-answer.ts'
import type { Carrier } from './carrier/carrier.ts'
import type { ExportQueue } from './export-queue.ts'
import type { ExportItemRow } from './outbound-tables.ts'
import { outcomesOf, refusalText } from './outcomes.ts'
import { parcelOf, type SenderFacility } from './parcel.ts'
import type { LaneName } from './queue-item.ts'
import { retryWait } from './retry-wait.ts'

/** A queue that nobody has said anything of is looked at all the same, ms. */
const LOOK_MS = 30_000
/** After a change it is looked at all the time for so long: its transaction may still be under way, ms. */
const AWAKE_MS = 15_000
/** Receipts of a folder are looked for, ms. */
const RECEIPTS_MS = 10_000

export interface ExportLaneOptions {
  readonly name: LaneName
  facility: () => SenderFacility
  plan: () => ExportPlan
  readonly queue: ExportQueue
  readonly carrier: Carrier
  /** Since when it failed before this start, epoch ms. */
  readonly failingSince: number | null
  /** Epoch ms. */
  now: () => number
  /** In [0, 1). */
  random: () => number
  readonly logger: Logger
}

/** Counted since the start. */
export interface LaneCounts {
  sent: number
  refused: number
  givenUp: number
  /** Attempts that did not come through. */
  failures: number
}

/** The way to one outside register: one batch after the other, tried again for as long as it fails. It waits for no other. */
export class ExportLane {
  readonly #options: ExportLaneOptions
  readonly counts: LaneCounts = { sent: 0, refused: 0, givenUp: 0, failures: 0 }
  #failingSince: number | null
  /** In a row. */
  #failures = 0
  #nextTry = 0
  #lookAt = 0
  #awakeUntil = 0
  #receiptsAt = 0
  /** So many go one by one: among them is one that is refused. */
  #singles = 0
  #turn: Promise<void> | undefined
  #isClosed = false

  constructor(options: ExportLaneOptions) {
    this.#options = options
    this.#failingSince = options.failingSince
  }

  /** Epoch ms; null while it works. */
  get failingSince(): number | null {
    return this.#failingSince
  }

  /** Something has been put into its queue, or will be in a moment. */
  wake(): void {
    const now = this.#options.now()
    this.#awakeUntil = now + AWAKE_MS
    this.#lookAt = Math.min(this.#lookAt, now)
  }

  /** Somebody wants it tried now. */
  hurry(): void {
    this.#nextTry = 0
    this.wake()
  }

  /** Sends what may be sent now. Call it now and then; it returns at once. */
  pump(): void {
    const now = this.#options.now()
    if (this.#isClosed || this.#turn !== undefined || now < this.#nextTry || now < this.#lookAt) return
    this.#turn = this.#run()
      .catch((error: unknown) => this.#stumbled(error))
      .finally(() => {
        this.#turn = undefined
      })
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#turn
  }

  /** The wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    if (this.#failingSince !== null) this.#failingSince += step
    this.#nextTry += step
    this.#lookAt += step
    this.#awakeUntil += step
    this.#receiptsAt += step
  }

  /** What is under way is not recorded any more: it goes out again with the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#turn
  }

  async #run(): Promise<void> {
    await this.#takeReceipts()
    for (;;) {
      if (this.#isClosed) return
      const { name, queue, now, plan } = this.#options
      const limit = this.#singles > 0 ? 1 : plan().batch
      const rows = await queue.due(name, limit, now())
      if (rows.length === 0) break
      if (!(await this.#send(rows))) return
    }
    const now = this.#options.now()
    this.#singles = 0
    this.#lookAt = now < this.#awakeUntil ? now : now + LOOK_MS
  }

  /** False: it is not to go on now. */
  async #send(rows: readonly ExportItemRow[]): Promise<boolean> {
    const { carrier, queue, name, random } = this.#options
    const plan = this.#options.plan()
    const now = this.#options.now()
    try {
      const verdict = await carrier.carry(parcelOf(this.#options.facility(), plan, rows, now))
      const after = this.#options.now()
      const outcomes = outcomesOf(rows, verdict, ({ attempts, created }) => ({
        nextTry: after + retryWait(attempts + 1, random(), undefined),
        isGivenUp: created < after - plan.maxAgeMs,
      }))
      if (outcomes === undefined) {
        this.#singles = rows.length
        return true
      }
      if (outcomes.every(({ error }) => error?.startsWith('OUTBOUND_ANSWER_INVALID') === true))
        throw new CodedError('OUTBOUND_ANSWER_INVALID', 'the answer names none of the items')
      await queue.settle(name, outcomes, after)
      this.#works(outcomes.map(({ state }) => state))
      return true
    } catch (error) {
      if (!this.#isClosed) await this.#failed(rows, coded(error))
      return false
    }
  }

  #works(states: readonly ExportItemRow['state'][]): void {
    const { logger, name } = this.#options
    const count = (wanted: ExportItemRow['state']) => states.filter((state) => state === wanted).length
    this.counts.sent += count('sent')
    this.counts.refused += count('refused')
    this.counts.givenUp += count('given-up')
    if (count('refused') > 0)
      logger.warn({ ...name, items: count('refused') }, 'an outside register refuses items')
    if (this.#failingSince !== null) logger.info({ ...name }, 'an outside register takes items again')
    this.#failingSince = null
    this.#failures = 0
    this.#nextTry = 0
    this.#singles = Math.max(0, this.#singles - states.length)
  }

  async #failed(rows: readonly ExportItemRow[], error: CodedError): Promise<void> {
    const { logger, name, queue, random } = this.#options
    const now = this.#options.now()
    const { maxAgeMs } = this.#options.plan()
    this.#failures += 1
    this.counts.failures += 1
    this.#nextTry = now + retryWait(this.#failures, random(), busySeconds(error))
    if (this.#failingSince === null)
      logger.warn({ ...name, code: error.code, detail: error.detail }, 'an outside register takes nothing')
    this.#failingSince ??= now
    const givenUp = await queue.failed(
      name,
      {
        rows,
        error: `${error.code}: ${error.detail}`,
        nextTry: this.#nextTry,
        oldest: now - maxAgeMs,
      },
      now,
    )
    this.counts.givenUp += givenUp
    if (givenUp > 0) logger.error({ ...name, items: givenUp }, 'items for an outside register were given up')
  }

  async #takeReceipts(): Promise<void> {
    const { carrier, queue, name, logger } = this.#options
    const plan = this.#options.plan()
    const now = this.#options.now()
    if (plan.kind !== 'file' || now < this.#receiptsAt) return
    this.#receiptsAt = now + RECEIPTS_MS
    const left = await carrier.receipts(plan.folder)
    if (left.length === 0) return
    for (const { file, problem, results } of left) {
      if (problem !== null) logger.warn({ ...name, file, problem }, 'a file with receipts says nothing')
      for (const result of results) {
        const isKnown = await queue.receipt(name, {
          ...result,
          error: result.ok ? null : refusalText(result.error),
        })
        if (!isKnown) logger.warn({ ...name, file, item: result.id }, 'a receipt of nothing that was sent')
        else if (!result.ok) this.counts.refused += 1
      }
    }
    await carrier.taken(plan.folder, left)
  }

  /** The register itself, or the thread of the exports, does not answer. */
  #stumbled(error: unknown): void {
    const { now, random, name, logger } = this.#options
    this.#failures += 1
    this.#nextTry = now() + retryWait(this.#failures, random(), undefined)
    if (!this.#isClosed) logger.warn({ ...name, error: String(error) }, 'an export has to wait')
  }
}

function coded(error: unknown): CodedError {
  return error instanceof CodedError ? error : new CodedError('CHANNEL_FAILED', String(error))
}
