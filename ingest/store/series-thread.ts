import { Worker } from 'node:worker_threads'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Bucket, RangeQuery } from '../../contracts/store.ts'

/** What a thread can be asked to do. */
export type SeriesCall =
  | { do: 'open' }
  | { do: 'write'; facility: string; readings: readonly Reading[] }
  | { do: 'range'; query: RangeQuery & { limit: number } }
  | { do: 'buckets'; query: RangeQuery & { everyMs: number } }
  | { do: 'prune'; before: number; limit: number }
  | { do: 'close' }

/** What it answers, by what it was asked. */
interface SeriesResults {
  open: undefined
  write: undefined
  range: Reading[]
  buckets: Bucket[]
  prune: number
  close: undefined
}

export type SeriesAnswer =
  | { id: number; ok: true; result: unknown }
  | { id: number; ok: false; code: ErrorCode; detail: string }

interface Pending {
  resolve: (result: unknown) => void
  reject: (error: CodedError) => void
}

/** A thread that works on a series database, so that a slow disk or a long query delays nobody else. */
export class SeriesThread {
  readonly #worker: Worker
  /** Key: number of the call. */
  readonly #pending = new Map<number, Pending>()
  #calls = 0
  #dead: CodedError | undefined

  constructor(path: string) {
    this.#worker = new Worker(new URL('./series-worker.ts', import.meta.url), { workerData: path })
    this.#worker.on('message', (answer: SeriesAnswer) => this.#settle(answer))
    this.#worker.on('error', (error) => this.#die(String(error)))
    this.#worker.on('exit', () => this.#die('its thread has ended'))
  }

  /** Calls are done one at a time, in order. @throws CodedError of the database, or DATA_UNWRITABLE */
  call<T extends SeriesCall>(call: T): Promise<SeriesResults[T['do']]> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead)
    this.#calls += 1
    const id = this.#calls
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#pending.set(id, { resolve, reject })
    this.#worker.postMessage({ id, call })
    return promise as Promise<SeriesResults[T['do']]>
  }

  /** Ends the thread once everything asked before is done. */
  async close(): Promise<void> {
    if (this.#dead !== undefined) return
    const gone = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    await this.call({ do: 'close' })
    await gone
  }

  /** Ends the thread whatever it does. */
  async kill(): Promise<void> {
    await this.#worker.terminate()
  }

  #settle(answer: SeriesAnswer): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (answer.ok) pending?.resolve(answer.result)
    else pending?.reject(new CodedError(answer.code, answer.detail))
  }

  #die(why: string): void {
    this.#dead ??= new CodedError('DATA_UNWRITABLE', `the store has stopped: ${why}`)
    for (const { reject } of this.#pending.values()) reject(this.#dead)
    this.#pending.clear()
  }
}
