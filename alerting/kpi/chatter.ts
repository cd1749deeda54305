/** Raised and returned so often within {@link CHATTER_MS}: the alarm chatters (starting point of ISA-18.2). */
const CHATTER_CYCLES = 3
export const CHATTER_MS = 60_000
/**
 * An alarm that returned within this, unacknowledged, is fleeting. The standards give no figure: it is the minute of
 * chattering, too short to read an alarm and act on it.
 */
export const FLEETING_MS = 60_000

export interface CycleEnd {
  readonly isAcknowledged: boolean
  /** It ended within the window. */
  readonly counts: boolean
}

interface Cycle {
  readonly raised: number
  readonly counts: boolean
  readonly isFleeting: boolean
  isChatter: boolean
}

/** How one alarm comes and goes: a cycle is part of chattering, or fleeting, or neither. Epoch ms. */
export class Chatter {
  /** The last ones that are over, the oldest first. */
  #cycles: Cycle[] = []
  #isChattering = false
  /** How often it chattered, in the window. */
  episodes = 0
  /** Cycles of those. */
  cycles = 0
  /** When the last of them ended. */
  last = 0
  fleeting = 0

  /** It was raised, annunciated, and has returned. */
  returned(raised: number, time: number, { isAcknowledged, counts }: CycleEnd): void {
    const isFleeting = counts && !isAcknowledged && time - raised <= FLEETING_MS
    this.#cycles = [...this.#cycles, { raised, counts, isFleeting, isChatter: false }].slice(-CHATTER_CYCLES)
    if (isFleeting) this.fleeting += 1
    const [first] = this.#cycles
    const wasChattering = this.#isChattering
    this.#isChattering =
      this.#cycles.length === CHATTER_CYCLES && first !== undefined && time - first.raised <= CHATTER_MS
    if (!this.#isChattering) return
    for (const cycle of this.#cycles.filter(({ isChatter }) => !isChatter)) {
      cycle.isChatter = true
      // What was taken for fleeting has repeated itself.
      if (cycle.isFleeting) this.fleeting -= 1
      if (cycle.counts) this.cycles += 1
    }
    if (!counts) return
    // One that goes on from before the window is one of the window too.
    if (!wasChattering || this.episodes === 0) this.episodes += 1
    this.last = time
  }
}
