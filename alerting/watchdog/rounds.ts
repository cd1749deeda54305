import type { WatchdogValues } from '../../contracts/notify/watchdog-values.ts'
import type { HeardAlarm } from './heard.ts'

/**
 * Parts of the way: until the gateway has `read` the value; from there to the decision that the `alarm` is to be told, by
 * the clock of the server; from there until the `message` was here; the `whole`; and the `return` as a whole.
 */
export const LEGS = ['read', 'alarm', 'message', 'whole', 'return'] as const
export type Leg = (typeof LEGS)[number]

/** How far a round came: no gateway read the device; no message came; or none that the alarm has returned. */
export const BREAKS = ['unread', 'unheard', 'unreturned'] as const
export type Break = (typeof BREAKS)[number]

/** What a message is to the watchdog. Only the first two move a round. */
export const HEARINGS = ['raised', 'returned', 'late', 'duplicate', 'foreign'] as const
export type Hearing = (typeof HEARINGS)[number]

/** How a round ended. Times are ms of the monotonic clock. */
export interface Outcome {
  readonly begun: number
  readonly ended: number
  /** Undefined: the whole path works. */
  readonly broken?: Break
  /** How long each leg that was seen took, ms. */
  readonly legs: Readonly<Partial<Record<Leg, number>>>
}

/** ms. */
export interface RoundTerms {
  readonly everyMs: number
  readonly withinMs: number
  /** Between two rounds at the least, so that the alarm of the one before has returned. */
  readonly restMs: number
  /** So long the first round waits for the device to be read: a gateway that missed it comes back by and by. */
  readonly patienceMs: number
}

interface Place {
  readonly facility: string
  readonly alarm: string
}

interface Round {
  readonly begun: number
  readonly value: number
  readonly read?: number
  readonly occurrence?: string
  /** Since then the value is normal again. */
  readonly lowered?: number
  readonly legs: Partial<Record<Leg, number>>
}

/** Occurrences that are remembered, to know a repetition. */
const MOST_SEEN = 200

/**
 * Round after round: a value beyond the limit, the message that the alarm was raised, the normal value, the message that it has
 * returned. Does nothing by itself: it is told of what happens, with times in ms of the monotonic clock that never go back.
 */
export class Rounds {
  readonly #place: Place
  readonly #terms: RoundTerms
  readonly #values: WatchdogValues
  /** Messages that were heard. `{cause} {occurrence}` */
  readonly #seen = new Set<string>()
  #turn: number
  #round: Round | undefined
  #next: number
  #isFound = false

  /** The first round begins soon after the device was read for the first time, or when it was not for `patienceMs`. */
  constructor(
    options: { place: Place; terms: RoundTerms; values: WatchdogValues; firstTurn: number },
    now: number,
  ) {
    this.#place = options.place
    this.#terms = options.terms
    this.#values = options.values
    this.#turn = options.firstTurn
    this.#next = now + options.terms.patienceMs
  }

  /** What the device is to show now, in the unit of the sensor. */
  get value(): number {
    const round = this.#round
    return round === undefined || round.lowered !== undefined ? this.#values.normal : round.value
  }

  get isUnderWay(): boolean {
    return this.#round !== undefined
  }

  /** What it shows while no alarm is driven. */
  get normal(): number {
    return this.#values.normal
  }

  /** When {@link pass} has something to do. */
  get due(): number {
    return this.#round === undefined ? this.#next : this.#deadline(this.#round)
  }

  /** Time goes on. @returns how the round ended whose time is over */
  pass(now: number): Outcome | undefined {
    const round = this.#round
    if (round === undefined) {
      if (now >= this.#next) this.#begin(now)
      return undefined
    }
    if (now < this.#deadline(round)) return undefined
    const broken =
      round.lowered !== undefined ? 'unreturned' : round.read === undefined ? 'unread' : 'unheard'
    return this.#end(round, now, broken)
  }

  /** A gateway has read the device, which showed {@link value}. */
  asked(now: number): void {
    const round = this.#round
    if (round === undefined) {
      if (!this.#isFound) this.#next = Math.min(this.#next, now + this.#terms.restMs)
    } else if (round.read === undefined)
      this.#round = { ...round, read: now, legs: { ...round.legs, read: now - round.begun } }
    this.#isFound = true
  }

  /** A message has come. `wall` is `now` by the wall clock, epoch ms. */
  hear(message: HeardAlarm, now: number, wall: number): { hearing: Hearing; outcome?: Outcome } {
    // What comes after its time is late, even when nobody has looked at the clock since.
    const over = this.pass(now)
    const hearing = this.#judge(message)
    const round = this.#round
    if (hearing === 'raised' && round !== undefined) {
      const decided = message.time - wall + now
      this.#round = {
        ...round,
        occurrence: message.occurrence,
        lowered: now,
        legs: {
          ...round.legs,
          ...(round.read === undefined ? {} : { alarm: Math.max(0, decided - round.read) }),
          message: Math.max(0, now - decided),
          whole: now - round.begun,
        },
      }
    }
    const done =
      hearing === 'returned' && round?.lowered !== undefined
        ? this.#end({ ...round, legs: { ...round.legs, return: now - round.lowered } }, now)
        : over
    return { hearing, ...(done === undefined ? {} : { outcome: done }) }
  }

  #judge({ facility, alarm, cause, occurrence, value }: HeardAlarm): Hearing {
    if (facility !== this.#place.facility || alarm !== this.#place.alarm) return 'foreign'
    if (cause !== 'raised' && cause !== 'returned') return 'foreign'
    const key = `${cause} ${occurrence}`
    if (this.#seen.has(key)) return 'duplicate'
    this.#remember(key)
    const round = this.#round
    if (round === undefined) return 'late'
    if (cause === 'returned') return occurrence === round.occurrence ? 'returned' : 'late'
    const isOwn = value !== null && Math.abs(value - round.value) < this.#values.tolerance
    return isOwn && round.occurrence === undefined ? 'raised' : 'late'
  }

  #remember(key: string): void {
    this.#seen.add(key)
    if (this.#seen.size <= MOST_SEEN) return
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest)
      break
    }
  }

  #begin(now: number): void {
    const { beyond } = this.#values
    const value = beyond[this.#turn % beyond.length] ?? this.#values.normal
    this.#turn += 1
    this.#round = { begun: now, value, legs: {} }
  }

  #end(round: Round, now: number, broken?: Break): Outcome {
    this.#round = undefined
    this.#next = Math.max(round.begun + this.#terms.everyMs, now + this.#terms.restMs)
    return {
      begun: round.begun,
      ended: now,
      legs: round.legs,
      ...(broken === undefined ? {} : { broken }),
    }
  }

  #deadline({ begun, lowered }: Round): number {
    return (lowered ?? begun) + this.#terms.withinMs
  }
}
