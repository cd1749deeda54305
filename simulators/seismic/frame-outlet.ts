import { type Answering, type Conduct, HEALTHY } from '../device/conduct.ts'
import type { Emission, Hearing, Responder } from '../line/line.ts'
import type { Block, Outlet } from './digitiser.ts'
import { encodeFrame } from './frame.ts'

/** Who does not read for so long has lost the rest, in frames: an instrument has no endless memory. */
const WAITING_MAX = 600

/** How often a line is given what has been digitised. */
export const SPEAK_MS = 50

/** A frame for every block, to everybody who is connected. */
export class FrameOutlet implements Outlet, Answering {
  readonly #station: { readonly station: number; readonly rate: number }
  readonly #listeners = new Set<FrameListener>()
  #conduct: Conduct = HEALTHY

  constructor(station: { station: number; rate: number }) {
    this.#station = station
  }

  behave(conduct: Conduct): void {
    this.#conduct = conduct
  }

  take(block: Block): void {
    if (this.#conduct.isSilent || this.#listeners.size === 0) return
    const bytes = encodeFrame(block, this.#station)
    for (const listener of this.#listeners) listener.take(bytes)
  }

  listen(listener: FrameListener): void {
    this.#listeners.add(listener)
  }

  leave(listener: FrameListener): void {
    this.#listeners.delete(listener)
  }
}

/** One connection, at which the frames of all stations of its line come out. */
export class FrameListener implements Responder {
  #waiting: Uint8Array[] = []
  readonly #outlets: readonly FrameOutlet[]
  readonly own = { everyMs: SPEAK_MS, speak: () => this.#speak() }

  constructor(outlets: readonly FrameOutlet[]) {
    this.#outlets = outlets
    for (const outlet of outlets) outlet.listen(this)
  }

  take(frame: Uint8Array): void {
    if (this.#waiting.length === WAITING_MAX) this.#waiting.shift()
    this.#waiting.push(frame)
  }

  /** Nobody asks it anything. */
  hear(chunk: Uint8Array): Hearing {
    return { exchanges: [], skipped: chunk.length, isBroken: false }
  }

  end(): void {
    for (const outlet of this.#outlets) outlet.leave(this)
  }

  #speak(): Emission[] {
    const frames = this.#waiting
    this.#waiting = []
    return frames.map((bytes) => ({ bytes, delayMs: 0 }))
  }
}
