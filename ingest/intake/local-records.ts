import type { KeptGap } from '../../contracts/ledger.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { BatchRecord, LoggedReading } from '../log/log-record.ts'
import type { RecordTaker, TakenRecord } from './record-taker.ts'

export interface LocalRecordsOptions {
  facility: string
  /** In whose name: no gateway of the file has it. */
  gateway: string
  taker: Pick<RecordTaker, 'take' | 'untake' | 'noteGaps'>
  /** Random, of this start of the server: the epoch of its records. */
  session: string
  clock: { monotonic(): number }
  logger: Logger
}

/** What is not the same for all of them. */
export type LocalRecord = Pick<BatchRecord, 'arrived' | 'isLive'> &
  Partial<Pick<BatchRecord, 'sent' | 'stepped' | 'again' | 'polled' | 'beneath'>> & {
    readings: readonly LoggedReading[]
  }

/**
 * Records that come from no gateway. Nobody confirms them and nobody sends them again, so what the log cannot take is
 * evaluated, and lost to the store: that is counted as dropped.
 */
export class LocalRecords {
  readonly #options: LocalRecordsOptions
  #seq = 0

  constructor(options: LocalRecordsOptions) {
    this.#options = options
  }

  take({
    arrived,
    isLive,
    sent = arrived,
    stepped = false,
    again = false,
    polled = null,
    readings,
    beneath = [],
  }: LocalRecord): void {
    const { facility, gateway, session, taker, clock } = this.#options
    this.#seq += 1
    const record: BatchRecord = {
      kind: 'batch',
      facility,
      gateway,
      epoch: session,
      seq: this.#seq,
      sent,
      shift: 0,
      total: null,
      size: readings.length,
      arrived,
      isLive,
      fork: null,
      again,
      offset: 0,
      stepped,
      polled,
      gaps: [],
      readings,
      ...(beneath.length === 0 ? {} : { beneath }),
    }
    void this.#finish(taker.take(record, clock.monotonic()))
  }

  async #finish({ record, appended, journalled, passed }: TakenRecord): Promise<void> {
    const { taker, logger } = this.#options
    const [journal, disk] = await Promise.allSettled([journalled, appended?.durable])
    if (journal.status === 'rejected') logger.debug({ error: String(journal.reason) }, 'not journalled yet')
    if (appended !== undefined && disk.status === 'fulfilled') {
      passed('confirmed')
      return
    }
    if (appended !== undefined) taker.untake(record)
    if (record.readings.length > 0) taker.noteGaps([lost(record)])
  }
}

function lost({ facility, gateway, epoch, seq, readings, arrived }: BatchRecord): KeptGap {
  const times = readings.map(({ time }) => time)
  return {
    facility,
    gateway,
    epoch,
    seqs: [[seq, seq]],
    count: readings.length,
    from: Math.min(...times),
    to: Math.max(...times),
    reason: 'log',
    told: arrived,
  }
}
