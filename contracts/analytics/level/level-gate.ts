import type { Tank } from './tank.ts'
import { areaAt } from './tank-volume.ts'

/** A level may change so many times as fast as the greatest flow lets it. */
const TIMES_MAX_FLOW = 3
/** What the noise of the gauge adds to a change, in its standard deviations. */
const NOISE_SIGMAS = 6
const HOUR_MS = 3_600_000
/** What is heard after so long has begun anew, unless it is the same level, ms. */
const SILENCE_MS = 600_000

/** What a sample is to what was measured before: `anew` when that was wrong, and nothing made of it holds any more. */
export type LevelVerdict = 'plausible' | 'anew' | 'implausible'

/** Samples that agree with one another: since when, epoch ms, and the last of them with its level, m. */
interface Run {
  readonly since: number
  readonly time: number
  readonly level: number
}

export interface LevelGateState {
  /** What was let through. */
  readonly held: Run | null
  /** What was kept out since, as far as it agrees with itself. */
  readonly other: Run | null
  /** Time of the last that was kept out. */
  readonly rejected: number | null
  readonly rejects: number
}

/**
 * Keeps out samples that no liquid can have made: false echoes, spikes of a line. What was kept out does not become the
 * measure of the next one. The gate opens by itself once a flow could have made the jump, or once what is kept out has
 * agreed with itself for longer than what it contradicts had: a gauge that begins with a false echo is heard soon.
 */
export class LevelGate {
  readonly #tank: Tank
  #held: Run | null
  #other: Run | null
  #rejected: number | null
  #rejects: number

  constructor(tank: Tank, kept?: LevelGateState) {
    this.#tank = tank
    this.#held = kept?.held ?? null
    this.#other = kept?.other ?? null
    this.#rejected = kept?.rejected ?? null
    this.#rejects = kept?.rejects ?? 0
  }

  /** How many samples were kept out since it began. */
  get rejects(): number {
    return this.#rejects
  }

  /** Judges a level in m that was sampled then. A sample that is held is judged once. */
  judge(time: number, level: number): LevelVerdict {
    if (this.#tank.maxFlow === undefined) return 'plausible'
    if (time === this.#rejected) return 'implausible'
    const [held, other] = [this.#held, this.#other]
    // A clock that was set back does not tell how much time there was to flow: what it says first is the new measure.
    if (held === null || time < held.time) return this.#take({ since: time, time, level }, 'plausible')
    if (time === held.time) return 'plausible'
    const isOther = other !== null && this.#isFlow(other, time, level)
    const next = { since: isOther ? other.since : time, time, level }
    if (this.#isFlow(held, time, level)) {
      // In a long silence anything may have flowed: another level is then no more of the same.
      const goesOn = time - held.time <= SILENCE_MS || Math.abs(level - held.level) <= this.#noise
      return this.#take(goesOn ? { ...next, since: held.since } : next, 'plausible')
    }
    if (isOther && time - other.since > other.since - held.since) return this.#take(next, 'anew')
    this.#other = next
    this.#rejected = time
    this.#rejects += 1
    return 'implausible'
  }

  snapshot(): LevelGateState {
    return { held: this.#held, other: this.#other, rejected: this.#rejected, rejects: this.#rejects }
  }

  /** What a level may differ by without any flow, m. */
  get #noise(): number {
    return NOISE_SIGMAS * this.#tank.sigma
  }

  #take(run: Run, verdict: LevelVerdict): LevelVerdict {
    this.#held = run
    this.#other = null
    return verdict
  }

  /** Whether a flow, or the noise of the gauge, may have led from one sample to a later one. */
  #isFlow(from: Run, time: number, level: number): boolean {
    const { maxFlow = Number.POSITIVE_INFINITY } = this.#tank
    const hours = (time - from.time) / HOUR_MS
    const most = (TIMES_MAX_FLOW * maxFlow * hours) / areaAt(this.#tank, from.level) + this.#noise
    return Math.abs(level - from.level) <= most
  }
}
