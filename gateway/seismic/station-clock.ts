import { ArrivalClock } from './arrival-clock.ts'
import type { SampleBlock } from './sample-block.ts'

/** Samples that lie this far ahead of our clock: the instrument has it wrong, or we have, ms. */
const AHEAD_MS = 1_000
/** A time that goes back by more is a clock that was set; by less, samples that come again, ms. */
const BACK_MS = 2_000
/** Samples of a clock that is behind are taken for new ones; older ones than this show that it was set once more, ms. */
const BEHIND_MS = 60_000

/** Further ahead an event would be found at a time that nobody looks at, or be refused by the server, ms. */
const MOST_AHEAD_MS = 10_000
/**
 * Older than anything that was kept and is sent late, ms: an instrument that counts from an epoch of its own, such as 1970,
 * or whose receiver counts the weeks of GPS modulo 1024.
 */
const OLDEST_MS = 86_400_000

export interface DatedBlock {
  /** Of its first sample, epoch ms. */
  readonly time: number
  /** It can be relied upon. */
  readonly isTimed: boolean
  /** The clock of the instrument went back with it. */
  readonly isStep: boolean
}

/**
 * When the samples of one instrument were taken: by its own clock, as long as that goes on. Of one that was set back
 * nothing could be told until it has caught up, since time does not go back for whoever hears of it: until then its
 * samples are dated by their arrival and not relied upon. So are those of an instrument that does not know the time, or
 * says one that cannot be.
 */
export class StationClock {
  readonly #arrival = new ArrivalClock()
  /** Behind the newest sample, as the instrument had it, and as it was dated. Epoch ms. */
  #end = Number.NEGATIVE_INFINITY
  #told = Number.NEGATIVE_INFINITY
  /** What is added to the times of a clock that is not believed, ms; 0 while it is. */
  #offset = 0

  /** `now`: epoch ms as the gateway has it. */
  date({ time, rate, channels, flags }: SampleBlock, now: number): DatedBlock {
    const samples = channels[0].length
    const spanMs = (samples * 1_000) / rate
    // What was ahead of us, and our own clock when it is set back, holds up nothing.
    this.#told = Math.min(this.#told, now)
    if (time === undefined) {
      const dated = this.#arrival.date({ samples, rate, now })
      this.#told = dated + spanMs
      return { time: dated, isTimed: false, isStep: false }
    }
    const isStep = time < this.#end - BACK_MS
    this.#end = time + spanMs
    this.#offset = this.#offsetOf(time, { now, spanMs })
    const dated = time + this.#offset
    const end = dated + spanMs
    this.#told = end
    return { time: dated, isTimed: flags.isTimed && this.#offset === 0 && end <= now + AHEAD_MS, isStep }
  }

  /** Samples are missing. */
  forget(): void {
    this.#arrival.forget()
  }

  #offsetOf(time: number, { now, spanMs }: { now: number; spanMs: number }): number {
    const isCredible = time >= now - OLDEST_MS && time + spanMs <= now + MOST_AHEAD_MS
    if (isCredible && time >= this.#told - BACK_MS) return 0
    const dated = time + this.#offset
    const late = now - (dated + spanMs)
    const goesOn = this.#offset !== 0 && dated >= this.#told - BACK_MS
    if (goesOn && late >= -AHEAD_MS && late <= BEHIND_MS) return this.#offset
    // None comes twice: what came soon after the last goes on where that ended.
    const arrived = now - spanMs
    const isSoon = this.#told > arrived && this.#told - arrived <= BACK_MS
    return (isSoon ? this.#told : arrived) - time
  }
}
