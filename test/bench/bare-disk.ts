import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../contracts/clock.ts'
import { pause } from './waiting.ts'

const BYTES = Buffer.alloc(4_096, 1)
/** As often as alarms are timed beside it, ms. */
const EVERY_MS = 65

/** What one small write and its sync take on a disk that others use: no journal can be quicker. */
export class BareDisk implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #running: Promise<void>
  #took: number[] = []
  #isOver = false

  private constructor(file: FileHandle) {
    this.#file = file
    this.#running = this.#run()
  }

  static async open(folder: string): Promise<BareDisk> {
    return new BareDisk(await open(join(folder, 'bare-disk'), 'w'))
  }

  /** Since it was asked last, ms each. */
  take(): number[] {
    return this.#took.splice(0)
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const began = systemClock.monotonic()
      await this.#file.write(BYTES)
      await this.#file.datasync()
      this.#took.push(systemClock.monotonic() - began)
      await pause(EVERY_MS)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.#running
    await this.#file.close()
  }
}
