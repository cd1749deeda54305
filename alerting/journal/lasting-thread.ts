import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { type Calls, Thread } from '../../contracts/thread.ts'

export interface LastingThreadOptions {
  module: URL
  /** For messages: what has stopped when it dies. */
  name: string
  /** Given to each thread as it starts; `isFirst` is false for one that takes another's place. */
  data: (isFirst: boolean) => unknown
  /** As in {@link ThreadOptions}. */
  heapMb?: number
  /** What the thread says by itself. Must not throw. */
  onNews?: (news: unknown) => void
  logger: Logger
}

/**
 * A thread that is replaced, at the next call, when it dies. What it had been asked by then fails with
 * THREAD_ENDED, and nobody knows whether it was done.
 */
export class LastingThread<C extends Calls> {
  readonly #options: LastingThreadOptions
  #thread: Thread<C> | undefined
  #isFirst = true
  #isClosed = false

  constructor(options: LastingThreadOptions) {
    this.#options = options
  }

  /** @throws CodedError of the call, or THREAD_ENDED */
  call<K extends keyof C & string>(
    name: K,
    argument: Parameters<C[K]>[0],
  ): Promise<Awaited<ReturnType<C[K]>>> {
    if (this.#isClosed)
      return Promise.reject(new CodedError('THREAD_ENDED', `${this.#options.name}: closed already`))
    return this.#living().call(name, argument)
  }

  /** Loads it before the first call. */
  start(): void {
    this.#living()
  }

  /** Ends once everything asked before is done. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.close()
  }

  /** Ends whatever it does. */
  async kill(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.kill()
  }

  #living(): Thread<C> {
    if (this.#thread !== undefined) return this.#thread
    const { module, name, data, heapMb, onNews, logger } = this.#options
    const thread = new Thread<C>({
      module,
      name,
      data: data(this.#isFirst),
      ...(heapMb === undefined ? {} : { heapMb }),
      ...(onNews === undefined ? {} : { onNews }),
      onDeath: (error) => {
        logger.error({ error: error.message }, 'a thread died: another takes its place')
        this.#thread = undefined
      },
    })
    this.#isFirst = false
    this.#thread = thread
    return thread
  }
}
