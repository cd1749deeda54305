import { readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from '../../contracts/logger.ts'
import { PULSE_MS, type Pulse } from './pulse.ts'

/** A stop waits no longer than this for the disk, ms. */
const STOP_MS = 1_000

interface PulseFileOptions {
  path: string
  /** What is to be left now. */
  pulse: () => Pulse
  logger: Logger
}

/** Where a gateway with this outbox leaves its pulse; undefined when it keeps its outbox in memory. */
export function pulsePath(outbox: { readonly path?: string }): string | undefined {
  return outbox.path === undefined ? undefined : `${outbox.path}.health.json`
}

/** Undefined when there is none, or what is there is no pulse. */
export function readPulse(path: string): Pulse | undefined {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Pulse
    return found.version === 1 ? found : undefined
  } catch {
    return undefined
  }
}

/**
 * Writes the pulse every few seconds, on the thread that polls: when that hangs, so does the pulse. Nothing is
 * synced, since a machine that was started anew has no gateway running.
 */
export class PulseFile {
  readonly #options: PulseFileOptions
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #isInTrouble = false

  constructor(options: PulseFileOptions) {
    this.#options = options
  }

  start(): void {
    this.#write()
    this.#timer = setInterval(() => this.#write(), PULSE_MS)
  }

  /** Nothing is left of a gateway that was stopped, if its disk answers soon. Never throws. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    const removed = Promise.resolve(this.#writing).then(() => rm(this.#options.path, { force: true }))
    const { promise: patience, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, STOP_MS)
    // A folder that it could not write has nothing to be removed.
    await Promise.race([removed.catch(() => undefined), patience])
    clearTimeout(timer)
  }

  #write(): void {
    this.#writing ??= this.#replace().finally(() => {
      this.#writing = undefined
    })
  }

  async #replace(): Promise<void> {
    const { path, pulse, logger } = this.#options
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.part`, JSON.stringify(pulse()))
      await rename(`${path}.part`, path)
      this.#isInTrouble = false
    } catch (error) {
      if (this.#isInTrouble) return
      this.#isInTrouble = true
      logger.warn({ path, detail: String(error) }, 'the pulse of the gateway cannot be written')
    }
  }
}
