import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { ByteStream, Opener } from '../drivers/byte-stream.ts'
import { backOffDelays, pause } from '../polling/back-off.ts'

/** What is said and heard on one connection. Made for each anew. */
export interface Conversation {
  /** The connection is there. */
  begin(): void
  hear(bytes: Uint8Array): void
  /** It has gone. */
  end(): void
  /** True once it has brought what it is there for, so that the next attempt need not be put off. */
  readonly isSound: boolean
}

/** What a conversation may do. */
export interface Voice {
  send(bytes: Uint8Array): void
  /** Ends the connection: what came over it leads nowhere. */
  giveUp(detail: string): void
}

interface FeedOptions {
  readonly opener: Opener
  readonly converse: (voice: Voice) => Conversation
  /** A connection that has brought no byte for so long is given up, ms. */
  readonly silenceMs: number
  readonly clock: Pick<Clock, 'monotonic'>
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly logger: Logger
  /** Told once when no connection can be had; not when one that was lost is replaced in one attempt. */
  readonly onDown: () => void
}

const LOOK_MS = 1_000
/** A connection that has lasted so long was worth having, ms. */
const SOUND_MS = 5_000

/** Keeps one connection open to something that sends by itself. */
export class Feed {
  readonly #options: FeedOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #stream: ByteStream | undefined
  #connects = 0
  #isDown = false

  constructor(options: FeedOptions) {
    this.#options = options
  }

  get isUp(): boolean {
    return this.#stream !== undefined
  }

  /** Times that the connection was replaced. */
  get reconnects(): number {
    return Math.max(0, this.#connects - 1)
  }

  start(): void {
    this.#running = this.#keepOpen()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#stream?.close()
    await this.#running
  }

  async #keepOpen(): Promise<void> {
    const { opener, random, clock } = this.#options
    const { signal } = this.#stopping
    let delays = backOffDelays(random)
    while (!signal.aborted) {
      const opened = await opener.open(signal)
      if (opened.ok) {
        const since = clock.monotonic()
        const { isSound, detail } = await this.#use(opened.stream)
        if (isSound) delays = backOffDelays(random)
        else this.#fall(detail)
        // One that worked is replaced at once, but not for ever in circles.
        if (isSound && clock.monotonic() - since >= SOUND_MS) continue
      } else this.#fall(opened.detail)
      await pause(delays.next().value, signal)
    }
  }

  /** Until the connection has gone from either side. */
  async #use(stream: ByteStream): Promise<{ isSound: boolean; detail: string }> {
    const { converse, clock, silenceMs } = this.#options
    let detail = 'the connection was closed before anything came of it'
    const giveUp = (why: string) => {
      detail = why
      stream.close()
    }
    let heardAt = clock.monotonic()
    const conversation = converse({ send: (bytes) => stream.write(bytes), giveUp })
    stream.listen((bytes) => {
      heardAt = clock.monotonic()
      conversation.hear(bytes)
      if (conversation.isSound) this.#rise()
    })
    const watch = setInterval(() => {
      if (clock.monotonic() - heardAt >= silenceMs) giveUp(`nothing came for ${silenceMs / 1_000} s`)
    }, LOOK_MS)
    this.#stream = stream
    this.#connects += 1
    if (this.#stopping.signal.aborted) stream.close()
    else conversation.begin()
    await stream.closed
    clearInterval(watch)
    this.#stream = undefined
    conversation.end()
    return { isSound: conversation.isSound, detail }
  }

  #rise(): void {
    if (this.#isDown) this.#options.logger.info({}, 'the bus is reachable again')
    this.#isDown = false
  }

  #fall(detail: string): void {
    if (this.#isDown || this.#stopping.signal.aborted) return
    this.#isDown = true
    this.#options.logger.warn({ code: 'DEVICE_UNREACHABLE' }, `the bus cannot be reached: ${detail}`)
    this.#options.onDown()
  }
}
