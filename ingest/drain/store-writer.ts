import { CodedError } from '../../contracts/errors.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { Thread } from '../../contracts/thread.ts'
import type { StorePlan } from '../store/store-plan.ts'
import type { DrainEvents } from './drain.ts'
import type { DrainCalls, DrainNews, DrainPlan, RefusedText, SourcePlan } from './drain-protocol.ts'
import { pause, Retries } from './retry-delays.ts'
import type { UpkeepNews } from './upkeep.ts'

/** Who is told what the drain thread does. Called synchronously; must not throw. */
export interface StoreWriterEvents extends DrainEvents {
  onUpkeep(news: UpkeepNews): void
  onMirror(counts: { sent: number; dropped: number }): void
}

export interface StoreWriterOptions {
  plan: StorePlan
  minutesFile: string
  /** What the thread drains, from behind this record of the log. */
  source: (after: number) => SourcePlan
  /** Progress that is known from before: number of a record, 0 at the first start. */
  drainedTo: number
  random: () => number
  events: StoreWriterEvents
}

/**
 * The server's end of the drain thread. The server outlives it: a store that brings its thread down is a store
 * that does not work, alarms go on, and the thread is begun anew behind the progress told last.
 */
export class StoreWriter {
  readonly #options: StoreWriterOptions
  readonly #closing = new AbortController()
  #thread: Thread<DrainCalls> | undefined
  #drainedTo: number
  #restarting: Promise<void> = Promise.resolve()

  constructor(options: StoreWriterOptions) {
    this.#options = options
    this.#drainedTo = options.drainedTo
  }

  /** @throws CodedError when store or log cannot be opened: at a start that is fatal */
  async start(): Promise<void> {
    await this.#begin()
  }

  /** For the source in the thread. What is said while there is no thread is lost: a new one begins by itself. */
  tellSource(message: unknown): void {
    // A thread that dies of it says so by itself.
    this.#thread?.call('tellSource', message).catch(() => undefined)
  }

  /** @throws CodedError as a store, or THREAD_ENDED */
  writeStatus(points: readonly StatusPoint[]): Promise<RefusedText[]> {
    return (
      this.#thread?.call('writeStatus', points) ?? Promise.reject(new CodedError('THREAD_ENDED', 'the drain'))
    )
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#restarting
    await this.#thread?.close()
  }

  async #begin(): Promise<void> {
    const { plan, minutesFile, source, random } = this.#options
    const seed = Math.floor(random() * 2 ** 32)
    const data: DrainPlan = { store: plan, minutesFile, seed, source: source(this.#drainedTo) }
    const thread = new Thread<DrainCalls>({
      module: new URL('./drain-thread.ts', import.meta.url),
      data,
      name: 'the drain',
      onNews: (news) => this.#take(news as DrainNews),
      onDeath: (error) => {
        if (this.#thread === thread) this.#restart(error)
      },
    })
    try {
      await thread.call('open', undefined)
    } catch (error) {
      await thread.kill()
      throw error
    }
    this.#thread = thread
  }

  #restart(death: CodedError): void {
    this.#thread = undefined
    this.#restarting = this.#tryAgain(death)
  }

  async #tryAgain(death: CodedError): Promise<void> {
    const { events, random } = this.#options
    const retries = new Retries(random)
    let trouble = death
    for (;;) {
      events.onState({ isWorking: false, code: trouble.code, detail: trouble.detail })
      await pause(retries.after(trouble), this.#closing.signal)
      if (this.#closing.signal.aborted) return
      try {
        await this.#begin()
        events.onState({ isWorking: true })
        return
      } catch (error) {
        trouble = error instanceof CodedError ? error : new CodedError('INTERNAL', String(error))
      }
    }
  }

  #take(news: DrainNews): void {
    const { events } = this.#options
    switch (news.kind) {
      case 'progress':
        this.#drainedTo = news.progress.last
        events.onProgress(news.progress)
        break
      case 'refused':
        events.onRefused(news.refused)
        break
      case 'state':
        events.onState(news.state)
        break
      case 'upkeep':
        events.onUpkeep(news.news)
        break
      case 'mirror':
        events.onMirror({ sent: news.sent, dropped: news.dropped })
        break
    }
  }
}
