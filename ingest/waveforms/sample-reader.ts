import { Thread } from '../../contracts/thread.ts'
import type { WaveformHead } from '../../contracts/waveform.ts'
import type { WaveEnvelope } from '../../contracts/waveform-library.ts'
import type { SampleCalls } from './sample-worker.ts'

/** Hundred thousands of samples take a few MB. */
const HEAP_MB = 128

/** Reads miniSEED. */
export interface SampleReader {
  /** Why samples are not those that a head says; undefined when they are. @throws CodedError THREAD_ENDED */
  problem(miniseed: Uint8Array, head: Pick<WaveformHead, 'from' | 'to' | 'rate'>): Promise<string | undefined>
  /** @throws CodedError MINISEED_INVALID, THREAD_ENDED */
  envelope(miniseed: Uint8Array, points: number): Promise<WaveEnvelope>
  close(): Promise<void>
}

/**
 * In a thread of its own, since an event takes some 10 ms, and 200 stations send theirs just when alarms are raised. It
 * begins with the first event, and anew when it has died.
 */
export class SampleThread implements SampleReader {
  #thread: Thread<SampleCalls> | undefined

  problem(
    miniseed: Uint8Array,
    { from, to, rate }: Pick<WaveformHead, 'from' | 'to' | 'rate'>,
  ): Promise<string | undefined> {
    return this.#opened().call('problem', { miniseed, head: { from, to, rate } })
  }

  envelope(miniseed: Uint8Array, points: number): Promise<WaveEnvelope> {
    return this.#opened().call('envelope', { miniseed, points })
  }

  async close(): Promise<void> {
    await this.#thread?.close()
    this.#thread = undefined
  }

  #opened(): Thread<SampleCalls> {
    this.#thread ??= new Thread<SampleCalls>({
      module: new URL('./sample-worker.ts', import.meta.url),
      data: null,
      name: 'the samples of seismic events',
      heapMb: HEAP_MB,
      onDeath: () => {
        this.#thread = undefined
      },
    })
    return this.#thread
  }
}
