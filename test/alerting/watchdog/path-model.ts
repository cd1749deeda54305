import type { HeardAlarm } from '../../../alerting/watchdog/heard.ts'
import { type Hearing, type Outcome, Rounds } from '../../../alerting/watchdog/rounds.ts'
import { watchdogValues } from '../../../contracts/notify/watchdog-values.ts'

export const TERMS = { everyMs: 10_000, withinMs: 3_000, restMs: 700, patienceMs: 5_000 }
export const PLACE = { facility: 'plant', alarm: 'WD-1.H' }
export const LIMIT = 50
const POLL_MS = 100

const values = watchdogValues({ range: [0, 100], limit: LIMIT, deadband: 0, step: 1 })
if (values === undefined) throw new Error('there is no room')
export const VALUES = values

export function heard(given: Partial<HeardAlarm> = {}): HeardAlarm {
  return {
    ...PLACE,
    occurrence: 'WD-1.H#1',
    cause: 'raised',
    value: VALUES.beyond[0] ?? 0,
    time: 0,
    ...given,
  }
}

export function rounds(now = 0): Rounds {
  return new Rounds({ place: PLACE, terms: TERMS, values: VALUES, firstTurn: 0 }, now)
}

/** After how many ms a message is delivered; empty: never; two: twice. */
export type Fate = readonly number[]

interface Sent {
  readonly occurrence: string
  readonly value: number
  readonly fate: Fate
  readonly at: number
}

/** A gateway, a server and a network that never break but for what becomes of messages. Virtual time in ms. */
export class PathModel {
  readonly rounds = rounds()
  readonly outcomes: Outcome[] = []
  readonly hearings: Hearing[] = []
  /** Of occurrence n at index n - 1. */
  readonly raised: Sent[] = []
  readonly returned: Sent[] = []
  readonly #fates: Fate[]
  readonly #due = new Map<number, HeardAlarm[]>()
  #isActive = false
  #value = 0

  /** `fates` of messages in the order in which they are sent; afterwards all come at once. */
  constructor(fates: readonly Fate[]) {
    this.#fates = [...fates]
  }

  run(ms: number): void {
    for (let now = 0; now <= ms; now++) {
      if (now >= this.rounds.due) this.#keep(this.rounds.pass(now))
      for (const message of this.#due.get(now) ?? []) {
        const { hearing, outcome } = this.rounds.hear(message, now, 1e12 + now)
        this.hearings.push(hearing)
        this.#keep(outcome)
      }
      if (now % POLL_MS === 0) this.#poll(now)
    }
  }

  #keep(outcome: Outcome | undefined): void {
    if (outcome !== undefined) this.outcomes.push(outcome)
  }

  #poll(now: number): void {
    const { value } = this.rounds
    this.rounds.asked(now)
    const isBeyond = value >= LIMIT
    if (isBeyond === this.#isActive) return
    this.#isActive = isBeyond
    if (isBeyond) this.#value = value
    const list = isBeyond ? this.raised : this.returned
    const fate = this.#fates.shift() ?? [0]
    const occurrence = `WD-1.H#${this.raised.length + Number(isBeyond)}`
    list.push({ occurrence, value: this.#value, fate, at: now })
    for (const delay of fate) {
      // Not in this millisecond, whose messages have been delivered.
      const at = now + Math.max(1, delay)
      const cause = isBeyond ? 'raised' : 'returned'
      const message = heard({ occurrence, cause, value: isBeyond ? value : VALUES.normal, time: 1e12 + now })
      this.#due.set(at, [...(this.#due.get(at) ?? []), message])
    }
  }
}
