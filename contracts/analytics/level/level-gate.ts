import type { Tank } from './tank.ts'
import { areaAt } from './tank-volume.ts'

/** A level may change so many times as fast as the greatest flow lets it. */
const TIMES_MAX_FLOW = 3
/** What the noise of the gauge adds to a change, in its standard deviations. */
const NOISE_SIGMAS = 6
const HOUR_MS = 3_600_000

export interface LevelGateState {
  /** The last sample that was let through: its time, epoch ms, and its level, m. */
  readonly last: readonly [time: number, level: number] | null
  /** Time of the last that was not. */
  readonly rejected: number | null
  readonly rejects: number
}

/**
 * Keeps out samples that no liquid can have made: false echoes, spikes of a line. What was kept out does not become the
 * measure of the next one, so that the gate opens by itself once a jump has lasted long enough to be true.
 */
export class LevelGate {
  readonly #tank: Tank
  #last: readonly [time: number, level: number] | null
  #rejected: number | null
  #rejects: number

  constructor(tank: Tank, kept?: LevelGateState) {
    this.#tank = tank
    this.#last = kept?.last ?? null
    this.#rejected = kept?.rejected ?? null
    this.#rejects = kept?.rejects ?? 0
  }

  /** How many samples were kept out since it began. */
  get rejects(): number {
    return this.#rejects
  }

  /** Whether a level in m that was sampled then is plausible. A sample that is held is judged once. */
  pass(time: number, level: number): boolean {
    const { maxFlow, sigma } = this.#tank
    if (maxFlow === undefined) return true
    if (time === this.#rejected) return false
    // A clock that was set back does not tell how much time there was to flow: what it says first is the new measure.
    if (this.#last !== null && time > this.#last[0]) {
      const [lastTime, lastLevel] = this.#last
      const hours = (time - lastTime) / HOUR_MS
      const most = (TIMES_MAX_FLOW * maxFlow * hours) / areaAt(this.#tank, lastLevel) + NOISE_SIGMAS * sigma
      if (Math.abs(level - lastLevel) > most) {
        this.#rejected = time
        this.#rejects += 1
        return false
      }
    }
    this.#last = [time, level]
    return true
  }

  snapshot(): LevelGateState {
    return { last: this.#last, rejected: this.#rejected, rejects: this.#rejects }
  }
}
