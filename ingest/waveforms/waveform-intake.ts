import type { SteadyClock } from '../../contracts/clock.ts'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { type WaveformView, waveformView } from '../../contracts/waveform-api.ts'
import type { StoredWaveform, WaveformLibrary } from '../../contracts/waveform-library.ts'
import type { Confirm } from '../../contracts/wire.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import { checkWaveform } from './waveform-check.ts'
import { decodeWaveform } from './waveform-decode.ts'
import type { WaveformShelf } from './waveform-shelf.ts'

/** A gateway sends one after the other, so that this is one of each of many. What comes beyond it comes again. */
const MAX_WAITING = 64

export interface WaveformIntakeOptions {
  readonly facility: Facility
  readonly shelf: WaveformShelf
  /** Events are kept for so long, ms. */
  readonly keptMs: number
  readonly deadLetters: Pick<DeadLetters, 'add'>
  readonly confirm: (gateway: string, confirm: Confirm) => void
  /** One that was not there before, and is durable now. Must not throw. */
  readonly onWaveform: (view: WaveformView) => void
  readonly steady: Pick<SteadyClock, 'now'>
  /** Runs a job once the present turn is over, so that readings are evaluated in between. */
  readonly defer: (job: () => void) => void
  readonly logger: Logger
}

/** Of one facility; all but what is stored since the start. */
export interface WaveformFigures {
  readonly received: number
  /** miniSEED of those received. */
  readonly bytes: number
  /** Came again, and were there already. */
  readonly repeated: number
  readonly refused: number
  /** Could not be written, and come again. */
  readonly failed: number
  /** Came while too many waited, and come again. */
  readonly postponed: number
  /** Removed for want of room. */
  readonly evicted: number
  readonly stored: number
  readonly storedBytes: number
}

interface Message {
  readonly topic: string
  readonly payload: Buffer
}

/**
 * Events of the seismic stations of one facility: decoded, checked, put on the disk, and confirmed when they survive a
 * power loss there. One after the other, and never in the turn of a reading.
 */
export class WaveformIntake {
  readonly #options: WaveformIntakeOptions
  #facility: Facility
  #work: Promise<void> = Promise.resolve()
  #waiting = 0
  #isFailing = false
  #isStopped = false
  readonly #counts = { received: 0, bytes: 0, repeated: 0, refused: 0, failed: 0, postponed: 0 }

  constructor(options: WaveformIntakeOptions) {
    this.#options = options
    this.#facility = options.facility
  }

  /** What it has taken. */
  get library(): WaveformLibrary {
    return this.#options.shelf
  }

  get figures(): WaveformFigures {
    const { count, bytes, evicted } = this.#options.shelf
    return { ...this.#counts, evicted, stored: count, storedBytes: bytes }
  }

  /** The facility as its file says now: of what comes from now on. */
  follow(facility: Facility): void {
    this.#facility = facility
  }

  /** Never rejects; resolves when the message is done with. */
  message(gateway: string, { topic, payload }: Message): Promise<void> {
    // So a topic is cleared.
    if (payload.length === 0) return Promise.resolve()
    if (this.#waiting >= MAX_WAITING) {
      this.#counts.postponed += 1
      return Promise.resolve()
    }
    return this.#enqueue(() => this.#take(gateway, { topic, payload }))
  }

  /** Removes what is past its retention. */
  prune(): Promise<void> {
    const { shelf, steady, keptMs } = this.#options
    return this.#enqueue(() => shelf.prune(steady.now() - keptMs))
  }

  /** What was begun is brought to its end; nothing is taken any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#work
    await this.#options.shelf.reader.close()
  }

  #enqueue(job: () => Promise<void>): Promise<void> {
    this.#waiting += 1
    this.#work = this.#work.then(async () => {
      await new Promise<void>((resolve) => this.#options.defer(resolve))
      try {
        if (!this.#isStopped) await job()
      } catch (error) {
        this.#options.logger.error({ error: String(error) }, 'a seismic event was not taken')
      } finally {
        this.#waiting -= 1
      }
    })
    return this.#work
  }

  async #take(gateway: string, message: Message): Promise<void> {
    const { shelf, steady, keptMs, onWaveform } = this.#options
    const now = steady.now()
    // Nothing is confirmed to it: once the file has it, what it sends again is taken.
    if (!this.#facility.gateways.some(({ id }) => id === gateway))
      return this.#refuse(gateway, message, { code: 'GATEWAY_UNKNOWN', detail: gateway })
    const decoded = decodeWaveform(message.payload)
    if (decoded.refused !== undefined) return this.#refuse(gateway, message, decoded.refused, decoded.id)
    const { head, miniseed } = decoded.waveform
    if (shelf.find(head.id)?.gateway === gateway) {
      this.#counts.repeated += 1
      return this.#confirm(gateway, head.id)
    }
    const by = { facility: this.#facility, gateway, now, oldest: now - keptMs }
    const refused = checkWaveform(head, by)
    if (refused !== undefined) return this.#refuse(gateway, message, refused, head.id)
    const problem = await shelf.reader.problem(miniseed, head)
    if (problem !== undefined) {
      const detail = `${head.id}: ${problem}`
      return this.#refuse(gateway, message, { code: 'WAVEFORM_SAMPLES', detail }, head.id)
    }
    let stored: StoredWaveform
    try {
      stored = await shelf.add(head, { gateway, miniseed, received: now })
    } catch (error) {
      return this.#fail(gateway, error)
    }
    this.#isFailing = false
    this.#counts.received += 1
    this.#counts.bytes += stored.bytes
    this.#confirm(gateway, head.id)
    // One that came late may have been the oldest, where there was no room.
    if (shelf.find(head.id) !== undefined) onWaveform(waveformView(this.#facility, stored))
  }

  /** It is not confirmed, and comes again. */
  #fail(gateway: string, error: unknown): void {
    this.#counts.failed += 1
    const fields = { gateway, code: 'DATA_UNWRITABLE', error: String(error) }
    if (!this.#isFailing) this.#options.logger.error(fields, 'seismic events cannot be written')
    this.#isFailing = true
  }

  /** One that can be named is done with: whatever is wrong with it will be wrong with it again. */
  #refuse(
    gateway: string,
    { topic, payload }: Message,
    { code, detail }: { code: ErrorCode; detail: string },
    id?: string,
  ): void {
    const { deadLetters, steady, logger } = this.#options
    const facility = this.#facility.id
    this.#counts.refused += 1
    deadLetters.add({ time: steady.now(), topic, payload, code, detail, count: 1, facility, gateway })
    logger.warn({ gateway, code, detail }, 'a seismic event was refused')
    if (id !== undefined) this.#confirm(gateway, id)
  }

  #confirm(gateway: string, id: string): void {
    // It is about no batches.
    const { confirm, steady } = this.#options
    confirm(gateway, { epoch: '', seqs: [], waveforms: [id], time: steady.now() })
  }
}
