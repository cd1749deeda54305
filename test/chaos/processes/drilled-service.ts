import { fileURLToPath } from 'node:url'
import { systemClock } from '../../../contracts/clock.ts'
import type { StepMessage } from './drilled-process.ts'
import { Service, type ServiceOptions } from './service.ts'

interface DrilledServiceOptions extends Omit<ServiceOptions, 'command' | 'args' | 'hasChannel'> {
  /** Module in this folder. */
  readonly module: 'gateway-process.ts' | 'server-process.ts'
  /** Arguments of its command. */
  readonly argv: readonly string[]
  /** Begins a run and names it. */
  readonly begin: () => string
}

/** A step of a wall clock. */
export interface ClockStep {
  /** When, monotonic ms. */
  readonly at: number
  readonly ms: number
}

/** A program of ours, whose wall clock can be stepped. Runs that follow have the clock of those before. */
export class DrilledService extends Service {
  readonly steps: ClockStep[] = []
  #offsetMs: number

  constructor({ module, argv, begin, ...options }: DrilledServiceOptions) {
    const path = fileURLToPath(new URL(module, import.meta.url))
    super({
      ...options,
      command: process.execPath,
      hasChannel: true,
      args: () => [path, begin(), String(this.#offsetMs), ...argv],
    })
    this.#offsetMs = 0
  }

  step(ms: number): void {
    this.#offsetMs += ms
    this.steps.push({ at: systemClock.monotonic(), ms })
    this.send({ stepMs: ms } satisfies StepMessage)
  }
}
