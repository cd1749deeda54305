import { platform, setPriority } from 'node:os'
import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads'
import { CodedError, type ErrorCode } from './errors.ts'

/**
 * What a thread can be asked to do. Arguments and results are copied, so they are plain data. Key: name of
 * the call.
 */
export type Calls = Record<string, (argument: never) => unknown>

type Argument<C extends Calls, K extends keyof C> = Parameters<C[K]>[0]
type Result<C extends Calls, K extends keyof C> = Awaited<ReturnType<C[K]>>

interface Question {
  id: number
  name: string
  argument: unknown
}

type Answer =
  | { id: number; ok: true; result: unknown }
  | { id: number; ok: false; code: ErrorCode; detail: string }
  /** Said without being asked. */
  | { id: 0; news: unknown }

interface Pending {
  resolve: (result: unknown) => void
  reject: (error: CodedError) => void
}

export interface ThreadOptions {
  /** The module that calls {@link serveThread}. */
  module: URL
  /** Given to it as it starts: plain data. */
  data: unknown
  /** For messages: what has stopped when it dies. */
  name: string
  /** The most memory that it may hold, MB; one that wants more dies, and nobody else with it. Default: that of Node.js. */
  heapMb?: number
  /** What the thread says by itself. Must not throw. */
  onNews?: (news: unknown) => void
  /** It ended without being asked to. Called once. */
  onDeath?: (error: CodedError) => void
}

/** What is new takes no more room than this before it is tidied up, where the memory of a thread is bounded, MB. */
const YOUNG_MB = 16

/**
 * A thread of its own for work that blocks, so that a slow disk or a long query delays nobody else. Calls
 * are begun in the order they are made.
 */
export class Thread<C extends Calls> {
  readonly #options: ThreadOptions
  readonly #worker: Worker
  /** Key: number of the call. */
  readonly #pending = new Map<number, Pending>()
  readonly #gone: Promise<void>
  #calls = 0
  #isClosing = false
  #dead: CodedError | undefined

  constructor(options: ThreadOptions) {
    this.#options = options
    const { heapMb } = options
    this.#worker = new Worker(options.module, {
      workerData: options.data,
      ...(heapMb === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB } }),
    })
    this.#worker.on('message', (answer: Answer) => this.#take(answer))
    this.#worker.on('error', (error) => this.#die(String(error)))
    this.#gone = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#die('its thread has ended')
        resolve()
      })
    })
  }

  /** @throws CodedError of the call, or THREAD_ENDED */
  call<K extends keyof C & string>(
    name: K,
    argument: Argument<C, K>,
    transfer: readonly Transferable[] = [],
  ): Promise<Result<C, K>> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead)
    this.#calls += 1
    const id = this.#calls
    const question: Question = { id, name, argument }
    try {
      this.#worker.postMessage(question, transfer)
    } catch (error) {
      // What is no plain data cannot be copied.
      return Promise.reject(new CodedError('INTERNAL', `${this.#options.name}: ${String(error)}`))
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#pending.set(id, { resolve, reject })
    return promise as Promise<Result<C, K>>
  }

  /** Ends the thread once everything asked before is done, and its own `close` with it. */
  async close(): Promise<void> {
    if (this.#dead !== undefined) return
    this.#isClosing = true
    const question: Question = { id: 0, name: 'close', argument: undefined }
    this.#worker.postMessage(question)
    await this.#gone
  }

  /** Ends the thread whatever it does. */
  async kill(): Promise<void> {
    this.#isClosing = true
    await this.#worker.terminate()
  }

  #take(answer: Answer): void {
    if ('news' in answer) {
      this.#options.onNews?.(answer.news)
      return
    }
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (answer.ok) pending?.resolve(answer.result)
    else pending?.reject(new CodedError(answer.code, answer.detail))
  }

  #die(why: string): void {
    if (this.#dead !== undefined) return
    this.#dead = new CodedError('THREAD_ENDED', `${this.#options.name}: ${why}`)
    for (const { reject } of this.#pending.values()) reject(this.#dead)
    this.#pending.clear()
    if (!this.#isClosing) this.#options.onDeath?.(this.#dead)
  }
}

/** Of processors that are wanted by all, such a thread gets a tenth of what others do. */
const LOW_PRIORITY = 10

/**
 * From now on the calling thread lets others go first when processors are short: history may wait, an alarm may
 * not. Only Linux knows a thread's own priority; elsewhere this would slow down the whole process.
 */
export function giveWay(): void {
  if (platform() !== 'linux') return
  try {
    setPriority(0, LOW_PRIORITY)
  } catch {
    // A machine that does not let anybody do that.
  }
}

/**
 * The inside of a thread: answers calls, each when it is done, begun in order. `close`, if there is one, is
 * called last, when all of them are done. `start` is given the data of {@link ThreadOptions} and a way to speak
 * unasked; when it fails, so does every call, with its error.
 */
export function serveThread<C extends Calls>(
  start: (data: unknown, tell: (news: unknown) => void) => C & { close?: () => void | Promise<void> },
): void {
  const port = parentPort
  if (port === null) return
  const answer = (message: Answer) => port.postMessage(message)
  const begin = () => start(workerData, (news) => answer({ id: 0, news }))
  let calls: ReturnType<typeof begin> | undefined
  const running = new Set<Promise<void>>()
  const perform = async (name: string, argument: unknown): Promise<unknown> => {
    calls ??= begin()
    const call = calls[name] as ((argument: unknown) => unknown) | undefined
    if (call === undefined) throw new CodedError('INTERNAL', `no call ${name}`)
    return call(argument)
  }
  const close = async () => {
    await Promise.all(running)
    // A close that fails ends the thread with its error.
    await calls?.close?.()
    port.close()
  }
  port.on('message', ({ id, name, argument }: Question) => {
    if (id === 0) {
      void close()
      return
    }
    const done = perform(name, argument)
      .then((result) => answer({ id, ok: true, result }))
      .catch((error: unknown) => {
        const code = error instanceof CodedError ? error.code : 'INTERNAL'
        answer({ id, ok: false, code, detail: error instanceof CodedError ? error.detail : String(error) })
      })
      .finally(() => running.delete(done))
    running.add(done)
  })
}
