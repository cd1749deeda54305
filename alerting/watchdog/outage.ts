import type { Break, Outcome } from './rounds.ts'

/** People are told again this often while it lasts, ms. */
export const TELL_AGAIN_MS = 3_600_000

/** That the path is broken, still broken, or works again. Times are ms of the monotonic clock. */
export interface Turn {
  readonly turn: 'broken' | 'still' | 'well'
  /** When the first round that failed began. */
  readonly since: number
  /** Of the last round that failed. */
  readonly broken: Break
}

interface Standing {
  readonly since: number
  readonly told: number
  readonly broken: Break
}

/** What people are told of rounds: once when the path breaks, every hour while it lasts, and once when it works again. */
export class Outage {
  #standing: Standing | undefined

  get isBroken(): boolean {
    return this.#standing !== undefined
  }

  /** What is to be told of a round; mostly nothing. */
  take({ begun, ended, broken }: Outcome): Turn | undefined {
    const standing = this.#standing
    if (broken === undefined) {
      this.#standing = undefined
      return standing && { turn: 'well', since: standing.since, broken: standing.broken }
    }
    const since = standing?.since ?? begun
    const isToTell = standing === undefined || ended - standing.told >= TELL_AGAIN_MS
    this.#standing = { since, broken, told: isToTell ? ended : standing.told }
    return isToTell ? { turn: standing === undefined ? 'broken' : 'still', since, broken } : undefined
  }
}
