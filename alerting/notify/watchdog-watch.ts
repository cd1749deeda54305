import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmView } from '../../contracts/api.ts'
import type { WatchdogPlan } from '../../contracts/notify/plan.ts'

/** A watchdog that was not heard for so many of its rounds is late. */
const ROUNDS = 3

/** When the alarm of the watchdog was raised last: it watches the server, and the server watches it. */
export class WatchdogWatch {
  #started: number
  /** Epoch ms. Key: facility. */
  readonly #last = new Map<string, number>()

  /** `now` in epoch ms: who has just started has waited for nobody yet. */
  constructor(now: number) {
    this.#started = now
  }

  raised(alarm: Pick<AlarmView, 'facility' | 'class'>, now: number): void {
    if (alarm.class === WATCHDOG_CLASS) this.#last.set(alarm.facility, now)
  }

  last(facility: string): number | undefined {
    return this.#last.get(facility)
  }

  isLate(facility: string, { everyMs, withinMs }: WatchdogPlan, now: number): boolean {
    const heard = this.#last.get(facility) ?? this.#started
    return now - heard > ROUNDS * everyMs + withinMs
  }

  /** The wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    this.#started += step
    for (const [facility, at] of this.#last) this.#last.set(facility, at + step)
  }
}
