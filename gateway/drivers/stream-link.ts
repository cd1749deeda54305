import type { Clock } from '../../contracts/clock.ts'
import type { ByteStream } from './byte-stream.ts'
import {
  type DiscardCounter,
  NOT_CONNECTED,
  type ReadOutcome,
  type ReadRequest,
  type Request,
  type WriteOutcome,
  type WriteRequest,
  type WritingLink,
} from './driver.ts'
import type { Framing } from './framing.ts'
import { Input } from './input.ts'
import type { LineTiming } from './line-timing.ts'

/**
 * Timers count whole milliseconds and come a little late. They wait for all of a silence but this, and the
 * rest, up to a millisecond more, passes in turns of the loop.
 */
const FINE_MS = 0.25
const LARGEST_NUMBER = 0xffff

export interface StreamLinkOptions {
  readonly stream: ByteStream
  readonly framing: Framing
  readonly timing: LineTiming
  readonly counter: DiscardCounter
  readonly clock: Pick<Clock, 'monotonic'>
  /** Text that is no reply, such as what a modem sends to keep its connection. */
  readonly ignored?: Uint8Array
}

/** A framing over a stream: one request in flight, with the silence before it and the time-out after it. */
export class StreamLink implements WritingLink {
  readonly closed: Promise<void>
  readonly #options: StreamLinkOptions
  readonly #input: Input
  #isOpen = true
  /** Of the request that has not ended: what it is, and how to end it. */
  #request: Request | undefined
  #resolve: ((outcome: ReadOutcome) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined
  #number = 0
  /** Monotonic time of the last byte heard or sent. */
  #lastByte = Number.NEGATIVE_INFINITY
  #silenceDeadline = 0
  // Made once, not for every request.
  readonly #proceed = () => this.#sendWhenSilent()
  readonly #giveUp = () => this.#settle(this.#input.giveUp())
  /** The answer may lie in the system's buffer since a busy moment: one turn of the loop brings it in. */
  readonly #giveUpAfterTurn = () => {
    this.#turn = setImmediate(this.#giveUp)
  }

  constructor(options: StreamLinkOptions) {
    const { stream, framing, counter, ignored } = options
    this.#options = options
    this.#input = new Input({ framing, counter, ...(ignored === undefined ? {} : { ignored }) })
    this.closed = stream.closed.then(() => this.close())
  }

  /** Before the first request. */
  start(): void {
    this.#options.stream.listen((bytes) => this.#hear(bytes))
  }

  read(request: ReadRequest): Promise<ReadOutcome> {
    return this.#exchange(request)
  }

  async write(request: WriteRequest): Promise<WriteOutcome> {
    const outcome = await this.#exchange(request)
    return outcome.ok ? { ok: true } : outcome
  }

  #exchange(request: Request): Promise<ReadOutcome> {
    if (!this.#isOpen) return Promise.resolve(NOT_CONNECTED)
    return new Promise((resolve) => {
      const { clock, framing, timing } = this.#options
      this.#request = request
      this.#resolve = resolve
      this.#silenceDeadline = clock.monotonic() + timing.gapMs + timing.timeoutMs
      // One turn of the loop brings in what lies in the system's buffer. With numbers it may come later.
      if (framing.hasNumberedReplies && timing.gapMs === 0) this.#send()
      else this.#turn = setImmediate(this.#proceed)
    })
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#options.stream.close()
    this.#settle(NOT_CONNECTED)
  }

  #sendWhenSilent(): void {
    const { clock, timing } = this.#options
    const now = clock.monotonic()
    const left = Math.min(this.#lastByte + timing.gapMs, this.#silenceDeadline) - now
    if (left <= 0) this.#send()
    else if (left >= 1 + FINE_MS) this.#timer = setTimeout(this.#proceed, Math.floor(left - FINE_MS))
    else this.#turn = setImmediate(this.#proceed)
  }

  #send(): void {
    const request = this.#request
    if (request === undefined) return
    const { framing, stream, timing, clock } = this.#options
    this.#number = this.#number === LARGEST_NUMBER ? 1 : this.#number + 1
    const bytes = framing.encode(request, this.#number)
    this.#input.ask({ request, bytes, number: this.#number })
    const requestMs = bytes.length * timing.characterMs
    const answerMs = framing.answerLength(request) * timing.characterMs
    this.#timer = setTimeout(this.#giveUpAfterTurn, timing.timeoutMs + requestMs + answerMs)
    if (bytes.length === 0) return
    this.#lastByte = clock.monotonic() + requestMs
    stream.write(bytes)
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#isOpen || bytes.length === 0) return
    this.#lastByte = Math.max(this.#lastByte, this.#options.clock.monotonic())
    const heard = this.#input.receive(bytes)
    if (heard !== undefined) this.#settle(heard)
    if (!this.#input.isOutOfStep) return
    // What came instead of an answer is told before the link is gone.
    this.#settle({ ok: false, failed: { kind: 'bad-reply' } })
    this.close()
  }

  #settle(outcome: ReadOutcome): void {
    const resolve = this.#resolve
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#request = undefined
    this.#resolve = undefined
    resolve?.(outcome)
  }
}
