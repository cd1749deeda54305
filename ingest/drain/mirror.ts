import type { Clock } from '../../contracts/clock.ts'
import type { SeriesPoint } from '../../contracts/store.ts'
import { codedError, writeFailure } from '../store/influx/answer-error.ts'
import { ReadingLines } from '../store/influx/line-protocol.ts'
import { pause, Retries } from './retry-delays.ts'

/** Sends a body of lines. @throws as the client library does */
export type SendLines = (path: string, lines: string) => Promise<void>

export interface MirrorOptions {
  send: SendLines
  clock: Clock
  random: () => number
}

/** Points that wait for the mirror; beyond, the oldest are dropped and counted. A second at full rate. */
export const MIRROR_WAITING = 200_000
/** Milliseconds, as VictoriaMetrics keeps them; a fold falls together with its like. */
const PATH = '/write?precision=ms'

/**
 * A VictoriaMetrics that gets value and quality of every reading too, as far as it keeps up: it never holds
 * the store back, and what it does not get is a number.
 */
export class Mirror {
  readonly #options: MirrorOptions
  readonly #lines = new ReadingLines({ hasReason: false })
  readonly #closing = new AbortController()
  readonly #waiting: (readonly SeriesPoint[])[] = []
  #points = 0
  #running: Promise<void> | undefined
  /** Points that it has, and points that it will never get. */
  #sent = 0
  #dropped = 0

  constructor(options: MirrorOptions) {
    this.#options = options
  }

  get counts(): { sent: number; dropped: number } {
    return { sent: this.#sent, dropped: this.#dropped }
  }

  /** Never waits and never throws. */
  offer(points: readonly SeriesPoint[]): void {
    if (points.length === 0 || this.#closing.signal.aborted) return
    this.#waiting.push(points)
    this.#points += points.length
    while (this.#points > MIRROR_WAITING && this.#waiting.length > 1) this.#dropped += this.#take().length
    this.#running ??= this.#run()
  }

  /** What waits is dropped. */
  async close(): Promise<void> {
    this.#closing.abort()
    while (this.#waiting.length > 0) this.#dropped += this.#take().length
  }

  #take(): readonly SeriesPoint[] {
    const points = this.#waiting.shift() ?? []
    this.#points -= points.length
    return points
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const points = this.#take()
      if (await this.#write(this.#lines.textOf(points, 'ms'))) this.#sent += points.length
      else this.#dropped += points.length
    }
    this.#running = undefined
  }

  /** False when it will never take them. */
  async #write(lines: string): Promise<boolean> {
    const { send, clock, random } = this.#options
    const retries = new Retries(random)
    while (!this.#closing.signal.aborted) {
      try {
        await send(PATH, lines)
        return true
      } catch (error) {
        if (writeFailure(error, clock.wall()).kind !== 'later') return false
        await pause(retries.after(codedError(error, clock.wall())), this.#closing.signal)
      }
    }
    return false
  }
}
