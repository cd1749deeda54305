import type { Logger } from '../../../contracts/logger.ts'
import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { Channel } from '../../../contracts/notify/plan.ts'
import { LastingThread } from '../../journal/lasting-thread.ts'
import type { SendCalls, SendThreadData } from './send-worker.ts'
import type { Sender } from './sender.ts'

export interface SenderOptions {
  readonly logger: Logger
  /** The thread, in tests. */
  readonly module?: URL
}

/** The most memory of the thread, MB. */
const HEAP_MB = 256

/** Channels in a thread of their own, which is started at the first call and replaced, with all its channels, when it dies. */
export class ChannelThread implements Sender {
  readonly #thread: LastingThread<SendCalls>
  /** Key: facility. */
  readonly #channels = new Map<string, readonly Channel[]>()
  #isStarted = false

  constructor({ logger, module = new URL('./send-worker.ts', import.meta.url) }: SenderOptions) {
    this.#thread = new LastingThread({
      module,
      name: 'the thread of the channels',
      data: (): SendThreadData => {
        this.#isStarted = true
        return { facilities: [...this.#channels].map(([facility, channels]) => ({ facility, channels })) }
      },
      heapMb: HEAP_MB,
      logger,
    })
  }

  async configure(facility: string, channels: readonly Channel[]): Promise<void> {
    this.#channels.set(facility, channels)
    // A plant that tells nobody has no thread for it.
    if (!this.#isStarted && channels.length === 0) return
    await this.#thread.call('configure', { facility, channels })
  }

  send(delivery: Delivery): Promise<Receipt> {
    return this.#thread.call('send', delivery)
  }

  probe(facility: string, channel: string): Promise<void> {
    return this.#thread.call('probe', { facility, channel })
  }

  async close(): Promise<void> {
    // The thread ends when all it was asked is done; so what still waits is ended first.
    if (this.#isStarted) await this.#thread.call('stop', undefined).catch(() => undefined)
    await this.#thread.close()
  }
}

/** Starts nothing yet: the thread begins with the first channel. */
export function openSender(options: SenderOptions): Sender {
  return new ChannelThread(options)
}
