import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A command of ours in a process of its own, with all that it says. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #exit: Promise<number | NodeJS.Signals>
  stdout = ''
  stderr = ''

  /** `env` comes on top of ours. */
  constructor(file: string, args: readonly string[], cwd?: string, env: Record<string, string> = {}) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
    this.#process = spawn(process.execPath, [path, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString()
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString()
    })
    this.#exit = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'))
    })
  }

  /** Exit code, or the signal that ended it. */
  get exit(): Promise<number | NodeJS.Signals> {
    return this.#exit
  }

  /** Without waiting for its end. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.#process.kill(signal)
    return this.#exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL')
  }
}
