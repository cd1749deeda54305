import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Changes } from '../evaluation.ts'
import { judgeHeld } from '../evidence.ts'
import type { AlarmInput } from '../lifecycle.ts'
import type { AlarmSlot } from '../sensor-entry.ts'
import type { SensorTimes } from '../sensor-times.ts'
import { adjusted, type Reconfiguration, refit } from './reconfiguration.ts'

type Evidence = AlarmInput & { kind: 'evidence' }

interface RefittingOptions {
  times: SensorTimes
  apply: (slot: AlarmSlot, input: AlarmInput, changes: Changes) => void
}

/** Gives alarms other settings while they live. */
export class Refitting {
  readonly #times: SensorTimes
  readonly #apply: RefittingOptions['apply']

  constructor({ times, apply }: RefittingOptions) {
    this.#times = times
    this.#apply = apply
  }

  /** Evaluates an alarm by other settings from `now` on, server clock. */
  refit(slot: AlarmSlot, to: Reconfiguration, now: number, changes: Changes): void {
    const before = slot.alarm.config
    this.#times.set(slot, Number.POSITIVE_INFINITY)
    refit(slot, to)
    const held = this.#adjust(slot, before, now, changes)
    if (held !== undefined) this.#apply(slot, held, changes)
    this.#times.schedule(slot)
  }

  /** The last run ended between a change and what followed from it: what is held may raise, and clears nothing. */
  catchUp(slot: AlarmSlot, now: number, changes: Changes): void {
    const { config, record, past } = slot.alarm
    const before = past?.at(-1)?.config
    if (before === undefined || config.runTime?.revision === record.revision) return
    const held = this.#adjust(slot, before, now, changes)
    if (held?.verdict.says === 'beyond') this.#apply(slot, held, changes)
    this.#times.schedule(slot)
  }

  /** What the change itself does. What is held is to be weighed next; undefined when it must not be. */
  #adjust(slot: AlarmSlot, before: AlarmConfig, now: number, changes: Changes): Evidence | undefined {
    const { alarm, sensor } = slot
    const { config } = alarm
    // Never before what it was judged on last.
    const time = Math.max(now - this.#times.offsetOf(sensor), sensor.evidence)
    const verdict = judgeHeld(config, sensor)
    const record = adjusted(alarm.record, { time, verdict }, { before, config })
    alarm.record = { ...record, revision: config.runTime?.revision ?? 0 }
    changes.touch(alarm)
    // An off-delay that runs ends on what comes, not on what is held.
    if (record.phase === 'pendingOff') return undefined
    const { held } = sensor
    return { kind: 'evidence', time, verdict, sample: held, held }
  }
}
