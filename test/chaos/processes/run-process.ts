import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

/** A process that ended without being asked to. */
export interface Crash {
  readonly name: string
  readonly how: string
}

export interface RunOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
  /** All that it says is appended to it. */
  readonly logFile: string
  /** It can be told something. */
  readonly hasChannel?: boolean
  readonly onCrash: (crash: Crash) => void
}

/** One run of a program, from its start to its end. */
export class RunProcess {
  readonly #child: ChildProcess
  #isAwaited = false
  #isGone = false

  constructor(options: RunOptions) {
    const { command, args, folder, logFile, hasChannel = false, name, onCrash } = options
    const log = openSync(logFile, 'a')
    this.#child = spawn(command, args, {
      cwd: folder,
      stdio: ['ignore', log, log, ...(hasChannel ? (['ipc'] as const) : [])],
    })
    closeSync(log)
    this.#child.on('error', (error) => this.#end(onCrash, { name, how: error.message }))
    this.#child.on('exit', (code, signal) =>
      this.#end(onCrash, { name, how: `ended with ${signal ?? code}, and nobody had asked it to` }),
    )
  }

  get isGone(): boolean {
    return this.#isGone
  }

  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.#isGone) this.#child.kill(signal)
  }

  /** Resolves when it is gone; one that does not heed SIGTERM within `patienceMs` is a crash, and killed. */
  async end(signal: 'SIGKILL' | 'SIGTERM', patienceMs = 15_000): Promise<void> {
    if (this.#isGone) return
    this.#isAwaited = true
    const gone = once(this.#child, 'exit')
    this.#child.kill(signal)
    if (signal === 'SIGTERM') this.#child.kill('SIGCONT')
    const timer = setTimeout(() => {
      this.#isAwaited = false
      this.#child.kill('SIGKILL')
    }, patienceMs)
    await gone
    clearTimeout(timer)
  }

  #end(onCrash: RunOptions['onCrash'], crash: Crash): void {
    if (this.#isGone) return
    this.#isGone = true
    if (!this.#isAwaited) onCrash(crash)
  }
}
