import type { AlarmView } from '../../contracts/api.ts'
import type { HiddenKind } from '../../contracts/kpi.ts'

/** A flag as the journal has it. */
interface Flag {
  readonly by: string
  readonly reason: string
  readonly until: string | null
}

export interface HiddenNow extends Flag {
  /** Epoch ms. */
  readonly since: number
}

/** How an alarm was kept from being annunciated, in one way of the three. */
export class HiddenTime {
  readonly #from: number
  #since: number | undefined
  #flags: readonly Flag[] = []
  #ms = 0
  /** How often it began within the window. */
  times = 0

  /** `from`: start of the window, epoch ms. */
  constructor(from: number) {
    this.#from = from
  }

  /** The flags as an entry of this time, within the window or before it, left them. */
  set(flags: readonly Flag[], time: number): void {
    this.#flags = flags
    if (flags.length > 0) {
      if (this.#since !== undefined) return
      this.#since = time
      if (time >= this.#from) this.times += 1
      return
    }
    this.#ms = this.durationUntil(time)
    this.#since = undefined
  }

  /** How long it was so in the window, up to a time, ms. */
  durationUntil(time: number): number {
    return this.#since === undefined
      ? this.#ms
      : this.#ms + Math.max(0, time - Math.max(this.#since, this.#from))
  }

  /** What it is now; several rules at once are told together. */
  get now(): HiddenNow | undefined {
    const [first, ...others] = this.#flags
    if (first === undefined || this.#since === undefined) return undefined
    const { by, reason, until } = first
    if (others.length === 0) return { since: this.#since, by, reason, until }
    const words = (of: (flag: Flag) => string) => [...new Set(this.#flags.map(of))].join('; ')
    const ends = this.#flags.map((flag) => flag.until)
    return {
      since: this.#since,
      by: words((flag) => flag.by),
      reason: words((flag) => flag.reason),
      // It lasts until the last of them ends, and without an end as soon as one has none.
      until: ends.includes(null) ? null : (ends.sort((a, b) => momentOf(a) - momentOf(b)).at(-1) ?? null),
    }
  }
}

function momentOf(time: string | null): number {
  return Date.parse(time ?? '')
}

/** The flags of an alarm in the order of {@link HiddenKind}. */
export function flagsOf(alarm: AlarmView): Record<HiddenKind, readonly Flag[]> {
  return {
    shelved: alarm.shelved === null ? [] : [alarm.shelved],
    suppressed: alarm.suppressed,
    outOfService: alarm.outOfService === null ? [] : [alarm.outOfService],
  }
}
