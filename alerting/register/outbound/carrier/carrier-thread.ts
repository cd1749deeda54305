import type { Logger } from '../../../../contracts/logger.ts'
import { LastingThread } from '../../../journal/lasting-thread.ts'
import type { Carrier, LeftReceipts, Parcel, Verdict } from './carrier.ts'
import type { CarrierCalls } from './carrier-worker.ts'

/** The most memory of the thread, MB. */
const HEAP_MB = 256

/** A carrier in a thread of its own, which is started at the first call and replaced when it dies. */
export class CarrierThread implements Carrier {
  readonly #thread: LastingThread<CarrierCalls>
  #isStarted = false

  constructor({ logger }: { logger: Logger }) {
    this.#thread = new LastingThread({
      module: new URL('./carrier-worker.ts', import.meta.url),
      name: 'the thread of the exports',
      data: () => {
        this.#isStarted = true
        return null
      },
      heapMb: HEAP_MB,
      logger,
    })
  }

  carry(parcel: Parcel): Promise<Verdict> {
    return this.#thread.call('carry', parcel)
  }

  receipts(folder: string): Promise<LeftReceipts[]> {
    return this.#thread.call('receipts', folder)
  }

  taken(folder: string, files: readonly LeftReceipts[]): Promise<void> {
    return this.#thread.call('taken', { folder, files })
  }

  async close(): Promise<void> {
    // The thread ends when all it was asked is done; so what is under way is ended first.
    if (this.#isStarted) await this.#thread.call('stop', undefined).catch(() => undefined)
    await this.#thread.close()
  }
}
