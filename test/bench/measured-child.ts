import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../contracts/clock.ts'

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_S = 100

/** What a process has used since it was born, and what it holds. */
export interface Usage {
  /** Monotonic, ms. */
  readonly at: number
  /** User and system, s. */
  readonly cpuS: number
  readonly rssMB: number
}

/** A program of ours in a process of its own, so that its processor time is measured alone. Linux only. */
export class MeasuredChild implements AsyncDisposable {
  readonly #process: ChildProcess
  #stdout = ''
  #stderr = ''

  /** `file` from the folder of the project; `flags` are for Node.js itself. */
  constructor(file: string, args: readonly string[], flags: readonly string[] = []) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
    this.#process = spawn(process.execPath, [...flags, path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString()
    })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4_000)
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  /** Resolves with all that it printed, once it has ended by itself. @throws Error with its last words when it failed */
  async ended(): Promise<string> {
    if (this.#process.exitCode === null && this.#process.signalCode === null)
      await once(this.#process, 'close')
    const { exitCode, signalCode, spawnargs } = this.#process
    if (exitCode !== 0)
      throw new Error(`${spawnargs.join(' ')} ended with ${exitCode ?? signalCode}: ${this.#stderr}`)
    return this.#stdout
  }

  /** True, for conditions that wait. @throws Error with its last words when the process has ended. */
  isAlive(): true {
    const { pid, exitCode, spawnargs } = this.#process
    if (pid === undefined || exitCode !== null)
      throw new Error(`${spawnargs.join(' ')} ended with ${exitCode}: ${this.#stderr}`)
    return true
  }

  /** @throws Error when the process has ended. */
  usage(): Usage {
    this.isAlive()
    return usageOf(this.#process.pid ?? 0)
  }

  /** Resolves with all that it printed, once it has ended; killed when it has not after 10 s. */
  async stop(): Promise<string> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const closed = once(this.#process, 'close')
      this.#process.kill('SIGTERM')
      const impatience = setTimeout(() => this.#process.kill('SIGKILL'), 10_000)
      await closed
      clearTimeout(impatience)
    }
    return this.#stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** What a process has used that need not be ours. */
export function usageOf(pid: number): Usage {
  // proc(5): the name, in brackets, may hold spaces; utime and stime are fields 14 and 15 of all.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {
    at: systemClock.monotonic(),
    cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
    rssMB: Number(resident ?? Number.NaN) / 1_024,
  }
}

/** Cores that a process used between two looks: 1 is one core without a pause. */
export function coresBetween(from: Usage, to: Usage): number {
  return ((to.cpuS - from.cpuS) * 1_000) / (to.at - from.at)
}
