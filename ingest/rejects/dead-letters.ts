import type { ErrorCode } from '../../contracts/errors.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import {
  BOUNDS,
  type DeadLetter,
  type IsKnown,
  KEPT,
  type NewLetter,
  type NewQuarantined,
  type Quarantined,
  type RejectBounds,
  type RejectFigures,
} from './letter.ts'
import { LetterSampler } from './letter-sampler.ts'
import { RejectWriter } from './reject-writer.ts'

export type { DeadLetter } from './letter.ts'

export interface RejectPace {
  /** What comes within this goes to the disk together, ms. */
  readonly flushMs: number
  /** What was only counted is told so often, ms. */
  readonly restMs: number
  /** A file that cannot be written is tried again after this, ms. */
  readonly retryMs: number
}

const PACE: RejectPace = { flushMs: 500, restMs: 60_000, retryMs: 10_000 }

/** Letters at hand in memory, of which there may be no others. */
const AT_HAND = 200

export interface DeadLettersOptions {
  /** Of the file on disk; without one all is kept in memory, and nothing for long. */
  readonly path?: string
  readonly bounds?: RejectBounds
  readonly pace?: RejectPace
  readonly logger?: Logger
}

/**
 * What was refused: counted completely, and kept for a person to look at as far as it fits. Handing something
 * in costs next to nothing and never fails.
 */
export class DeadLetters {
  readonly #options: DeadLettersOptions
  readonly #pace: RejectPace
  readonly #sampler = new LetterSampler()
  /** The newest ones, oldest first. */
  readonly #atHand: DeadLetter[] = []
  /** Key: code. Readings (or whole messages) refused since the start. */
  readonly counts = new Map<ErrorCode, number>()
  /** Counted and not kept one by one, since that was told last. Key: code. */
  readonly #rest = new Map<ErrorCode, { count: number; time: number }>()
  #restTimer: NodeJS.Timeout | undefined
  #writer: RejectWriter | undefined
  /** Readings that were to be quarantined where there is no file. */
  #lost = 0

  constructor(options: DeadLettersOptions = {}) {
    this.#options = options
    this.#pace = options.pace ?? PACE
  }

  /** Starts the thread of the file. Whatever is wrong with that is logged once and hinders nobody. */
  open(): void {
    const { path, bounds = BOUNDS, logger = silentLogger } = this.#options
    if (path === undefined) return
    this.#writer = new RejectWriter({
      path,
      bounds,
      ...this.#pace,
      onDropped: ({ code, count, time }) => this.#addRest(code, count, time),
      logger,
    })
    this.#writer.start()
  }

  /** What is not known of a letter may be left out. */
  add(given: NewLetter): void {
    const { time, topic, code, detail, count, payload, kind = 'message', facility = '', gateway = '' } = given
    this.counts.set(code, (this.counts.get(code) ?? 0) + count)
    if (!this.#sampler.admits(code, time)) {
      this.#addRest(code, count, time)
      return
    }
    const letter: DeadLetter = {
      time,
      kind,
      facility,
      gateway,
      topic: clip(topic, KEPT.topic),
      code,
      detail: clip(detail, KEPT.detail),
      count,
      // A copy: a mere part would keep the whole of a large message in memory.
      payload: Uint8Array.from(payload.subarray(0, KEPT.payload)),
      size: payload.length,
    }
    this.#atHand.push(letter)
    if (this.#atHand.length > AT_HAND) this.#atHand.shift()
    this.#writer?.add(letter)
  }

  /** Keeps readings of unknown sensors whole. Counts nothing: they are among the letters too. */
  quarantine(readings: readonly NewQuarantined[]): void {
    if (this.#writer === undefined) this.#lost += readings.length
    else this.#writer.quarantine(readings)
  }

  /** The newest of those that were kept, oldest first. */
  list(): readonly DeadLetter[] {
    return this.#atHand
  }

  /** Why the file cannot be written; undefined while it can, or without one. */
  get trouble(): ErrorCode | undefined {
    return this.#writer?.trouble
  }

  /** How the file stood at the last write; undefined before. */
  get figures(): RejectFigures | undefined {
    return this.#writer?.figures
  }

  /** Readings that were to be quarantined and are lost: too many waited for the disk, or there is none. */
  get lostQuarantined(): number {
    return this.#lost + (this.#writer?.lostQuarantined ?? 0)
  }

  /** Resolves when everything handed in before is on the disk, or the disk has refused it. */
  async flushed(): Promise<void> {
    await this.#writer?.flushed()
  }

  /**
   * Quarantined readings that a person asked to be taken and whose sensor is known now, the oldest first and
   * not all at once. They are given again until they are settled, so call it again only then; taking one
   * twice must do no harm. Empty when the file cannot be read.
   */
  async takeRequeued(isKnown: IsKnown): Promise<Quarantined[]> {
    return (await this.#writer?.takeRequeued(isKnown)) ?? []
  }

  /** These are durable elsewhere. After a crash before this they are given again. */
  async settled(ids: readonly number[]): Promise<void> {
    await this.#writer?.settled(ids)
  }

  /** Writes what waits. Nothing is handed in afterwards. */
  async close(): Promise<void> {
    await this.flushed()
    this.#tellRest()
    await this.#writer?.close()
    this.#writer = undefined
  }

  #addRest(code: ErrorCode, count: number, time: number): void {
    if (this.#writer === undefined) return
    const rest = this.#rest.get(code)
    this.#rest.set(code, { count: (rest?.count ?? 0) + count, time })
    this.#restTimer ??= setTimeout(() => this.#tellRest(), this.#pace.restMs).unref()
  }

  /** One letter for each code stands for all that were only counted. */
  #tellRest(): void {
    clearTimeout(this.#restTimer)
    this.#restTimer = undefined
    const rest = [...this.#rest]
    this.#rest.clear()
    for (const [code, { count, time }] of rest) {
      const detail = 'more of these, counted and not kept one by one'
      const blank = { facility: '', gateway: '', topic: '', payload: new Uint8Array(), size: 0 }
      this.#writer?.add({ time, kind: 'rest', code, detail, count, ...blank })
    }
  }
}

/** A copy: a mere slice would keep the whole of a 64 KiB topic in memory. */
function clip(text: string, characters: number): string {
  return text.length <= characters ? text : Buffer.from(text.slice(0, characters)).toString('utf8')
}
