import { type Crash, RunProcess } from './run-process.ts'

export type { Crash }

export interface ServiceOptions {
  readonly name: string
  readonly command: string
  /** Of the next run. */
  readonly args: () => readonly string[]
  readonly folder: string
  readonly logFile: string
  readonly hasChannel?: boolean
  /** Asked again and again until it says so. Without it a process that was begun counts as ready. */
  readonly isReady?: () => Promise<boolean>
  readonly onCrash: (crash: Crash) => void
}

/** A start that takes longer has failed, ms: a database that reads its log on a busy machine takes a while. */
const PATIENCE_MS = 60_000
const LOOK_MS = 50

/**
 * A program that is run again after each of its ends. Everything may be asked for twice and in any order: what
 * is down stays down, and what runs goes on.
 */
export class Service implements AsyncDisposable {
  readonly name: string
  readonly #options: ServiceOptions
  #run: RunProcess | undefined
  #starting: Promise<void> | undefined

  constructor(options: ServiceOptions) {
    this.name = options.name
    this.#options = options
  }

  get isRunning(): boolean {
    return this.#run?.isGone === false
  }

  /** Resolves when it is ready, or has been killed again. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#run?.end('SIGKILL')
  }

  /** As `systemctl stop` does. */
  async stop(): Promise<void> {
    await this.#run?.end('SIGTERM')
  }

  /** SIGSTOP. */
  pause(): void {
    this.#run?.signal('SIGSTOP')
  }

  resume(): void {
    this.#run?.signal('SIGCONT')
  }

  send(message: object): void {
    this.#run?.send(message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  async #start(): Promise<void> {
    if (this.isRunning) return
    const { args, isReady, ...options } = this.#options
    const run = new RunProcess({ ...options, args: args() })
    this.#run = run
    if (isReady === undefined) return
    for (let waited = 0; waited < PATIENCE_MS && !run.isGone; waited += LOOK_MS) {
      if (await isReady().catch(() => false)) return
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    // Killed while it started: another disaster will see to it. Ended by itself: that is a crash, and told.
    if (!run.isGone) throw new Error(`${this.name} is not ready after ${PATIENCE_MS / 1_000} s`)
  }
}
