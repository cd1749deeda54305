import type { Clock } from '../../contracts/clock.ts'
import { pause } from '../polling/back-off.ts'
import { messageOf } from './event-message.ts'
import type { WaveformOutbox } from './waveform-outbox.ts'

/** A connection to the broker for events alone, so that a long one on a thin line delays no reading. */
export interface WaveformLink {
  /** `onTaken` is called once the broker has it. */
  publish(payload: Buffer, onTaken: () => void): void
  close(): void
  readonly closed: Promise<void>
}

interface WaveformLaneOptions {
  readonly outbox: WaveformOutbox
  /** Undefined when there is no connection to be had. */
  readonly connect: (signal: AbortSignal) => Promise<WaveformLink | undefined>
  readonly clock: Pick<Clock, 'monotonic'>
}

/** How often is looked for something to send, ms. */
const LOOK_MS = 500
/** The broker takes a megabyte over the thinnest line within this, ms. */
const TAKEN_MS = 300_000
/** What the broker has taken and the server not confirmed for so long is sent again, ms. */
const RESEND_MS = 60_000
/** The next event waits so long for the confirm of the one before, ms. */
const CONFIRM_MS = 5_000
/** A connection that has had nothing to do for so long is closed, ms. */
const IDLE_MS = 10_000
/** After a connection that could not be had, ms. */
const RETRY_MS = 5_000

/**
 * Sends the events of the outbox, one at a time and oldest first, while the gateway is online: each again after every
 * reconnect, and now and then, until the server has confirmed it.
 */
export class WaveformLane {
  readonly #options: WaveformLaneOptions
  readonly #stopping = new AbortController()
  /** Key: id. When it was sent last, of this time online. */
  readonly #sent = new Map<string, number>()
  #isOnline = false
  #link: WaveformLink | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: WaveformLaneOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#link?.close()
    await this.#running
  }

  /** The gateway is connected, or another server is there: nothing that was sent before counts. */
  online(): void {
    this.#isOnline = true
    this.#sent.clear()
  }

  offline(): void {
    this.#isOnline = false
    this.#link?.close()
  }

  confirmed(ids: readonly string[]): void {
    for (const id of ids) this.#sent.delete(id)
    void this.#options.outbox.confirm(ids)
  }

  async #run(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stopping
    let busyAt = clock.monotonic()
    while (!signal.aborted) {
      const id = this.#isOnline ? this.#due() : undefined
      if (id !== undefined) {
        await this.#send(id)
        busyAt = clock.monotonic()
      } else {
        if (clock.monotonic() - busyAt >= IDLE_MS) this.#link?.close()
        await pause(LOOK_MS, signal)
      }
    }
  }

  /** Which is to be sent now. */
  #due(): string | undefined {
    const now = this.#options.clock.monotonic()
    return this.#options.outbox.waiting().find(({ id }) => {
      const sentAt = this.#sent.get(id)
      return sentAt === undefined || now - sentAt >= RESEND_MS
    })?.id
  }

  async #send(id: string): Promise<void> {
    const { outbox, clock, connect } = this.#options
    const { signal } = this.#stopping
    const event = await outbox.read(id)
    if (event === undefined) return
    const link = this.#link ?? (await connect(signal))
    if (link === undefined) return pause(RETRY_MS, signal)
    if (this.#link !== link) this.#adopt(link)
    const { promise: taken, resolve } = Promise.withResolvers<boolean>()
    link.publish(messageOf(event), () => resolve(true))
    const timer = setTimeout(() => resolve(false), TAKEN_MS)
    const isTaken = await Promise.race([taken, link.closed.then(() => false)])
    clearTimeout(timer)
    if (!isTaken) {
      link.close()
      return pause(RETRY_MS, signal)
    }
    this.#sent.set(id, clock.monotonic())
    await this.#confirmOf(id)
  }

  #adopt(link: WaveformLink): void {
    this.#link = link
    void link.closed.then(() => {
      if (this.#link === link) this.#link = undefined
    })
    if (this.#stopping.signal.aborted || !this.#isOnline) link.close()
  }

  /** Resolves when it was confirmed, or has been waited for long enough. */
  async #confirmOf(id: string): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stopping
    const until = clock.monotonic() + CONFIRM_MS
    while (this.#sent.has(id) && clock.monotonic() < until && !signal.aborted) await pause(50, signal)
  }
}
