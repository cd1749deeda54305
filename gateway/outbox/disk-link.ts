import type { CodedError } from '../../contracts/errors.ts'
import { Thread } from '../../contracts/thread.ts'
import type { DiskCalls, DiskNews, FileOptions } from './disk/disk-calls.ts'

/** The thread of the disk, as far as it is used; tests have their own. */
export type DiskThread = Pick<Thread<DiskCalls>, 'call' | 'close' | 'kill'>

export interface DiskEvents {
  onNews(news: DiskNews): void
  onDeath(error: CodedError): void
}

export type StartDisk = (options: FileOptions, events: DiskEvents) => DiskThread

/** A thread of its own for the file: a disk that is slow or hangs stops nobody else. */
export const startDiskThread: StartDisk = (options, { onNews, onDeath }) =>
  new Thread<DiskCalls>({
    module: new URL('./disk/disk-worker.ts', import.meta.url),
    data: options,
    name: `the outbox in ${options.path}`,
    onNews: (news) => onNews(news as DiskNews),
    onDeath,
  })

/** A disk that takes longer than this for anything is in trouble, ms. */
export const STALLED_MS = 5_000

/** Speaks with the thread of the disk, notices when it does not answer, and begins a new one when it has died. */
export class DiskLink {
  readonly #start: () => DiskThread
  readonly #onStall: (isStalled: boolean) => void
  #thread: DiskThread | undefined
  #waiting = 0
  #stalled = 0

  constructor(options: {
    start: StartDisk
    file: FileOptions
    onNews: (news: DiskNews) => void
    /** It does not answer; or does again. */
    onStall: (isStalled: boolean) => void
  }) {
    const { start, file, onNews, onStall } = options
    this.#onStall = onStall
    this.#start = () => start(file, { onNews, onDeath: () => this.#forget() })
  }

  /** How many questions are not answered yet. */
  get waiting(): number {
    return this.#waiting
  }

  /** @throws CodedError of the call, or THREAD_ENDED; the next call then has a new thread */
  async ask<K extends keyof DiskCalls & string>(
    name: K,
    argument: Parameters<DiskCalls[K]>[0],
  ): Promise<ReturnType<DiskCalls[K]>> {
    this.#thread ??= this.#start()
    this.#waiting += 1
    let isStalled = false
    const timer = setTimeout(() => {
      isStalled = true
      this.#stalled += 1
      if (this.#stalled === 1) this.#onStall(true)
    }, STALLED_MS)
    try {
      return (await this.#thread.call(name, argument)) as ReturnType<DiskCalls[K]>
    } finally {
      clearTimeout(timer)
      this.#waiting -= 1
      if (isStalled) this.#stalled -= 1
      if (isStalled && this.#stalled === 0) this.#onStall(false)
    }
  }

  /** Ends the thread: in an orderly way when it has nothing to do any more, else by force. */
  async close(): Promise<void> {
    const thread = this.#thread
    if (thread === undefined) return
    this.#forget()
    if (this.#waiting === 0) await thread.close()
    else void thread.kill()
  }

  #forget(): void {
    this.#thread = undefined
  }
}
