import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { AlarmConfig } from '../contracts/facility.ts'
import { type AlarmRecord, shownState } from './alarm-record.ts'
import type { AlarmChange } from './outcome.ts'
import type { PastConfig } from './settings/alarm-settings.ts'
import type { WatchedSensor } from './system-sensors.ts'

/** A change of one alarm, with all that is needed to tell and to keep it. */
export interface Transition extends AlarmChange {
  /** Where the person is who did it, with sign-in. */
  address?: string
  facility: string
  order: number
  config: AlarmConfig
  sensor: WatchedSensor
}

/** What one input did: transitions in order, and every record that is to be kept. */
export interface Evaluation {
  transitions: readonly Transition[]
  /** Alarms whose record changed, transitions or not (a delay that began). */
  touched: readonly AlarmEntry[]
}

export interface AlarmEntry {
  /** With the settings in force. */
  config: AlarmConfig
  /** What was in force before, oldest first; absent of an alarm that was never changed. */
  past?: readonly PastConfig[]
  readonly sensor: WatchedSensor
  /** Place among all alarms: by severity, then as in the file. */
  order: number
  record: AlarmRecord
}

/** Collects what one input did. */
export class Changes implements Evaluation {
  readonly #facility: string
  readonly #touched = new Set<AlarmEntry>()
  readonly transitions: Transition[] = []

  constructor(facility: string) {
    this.#facility = facility
  }

  get touched(): readonly AlarmEntry[] {
    return [...this.#touched]
  }

  touch(alarm: AlarmEntry): void {
    this.#touched.add(alarm)
  }

  tell(alarm: AlarmEntry, change: AlarmChange): void {
    const { config, sensor, order } = alarm
    this.transitions.push({ ...change, facility: this.#facility, order, config, sensor })
  }

  /** Transitions of one instant, those from `start` on, come in order of severity, then of the file. */
  arrange(start: number): void {
    if (this.transitions.length - start < 2) return
    const instant = this.transitions.splice(start).sort((a, b) => a.order - b.order)
    for (const transition of instant) this.transitions.push(transition)
  }

  add(other: Evaluation): void {
    for (const transition of other.transitions) this.transitions.push(transition)
    for (const alarm of other.touched) this.#touched.add(alarm)
  }
}

/** A refusal of a person's action. What had fallen due before it did happen and is to be kept. */
export class RefusedAction extends CodedError {
  readonly evaluation: Evaluation

  constructor(code: ErrorCode, alarm: string, record: AlarmRecord, evaluation: Evaluation) {
    super(code, `${alarm} is ${shownState(record)}, occurrence ${occurrenceId(alarm, record) ?? 'none yet'}`)
    this.name = 'RefusedAction'
    this.evaluation = evaluation
  }
}

/** Names one activation: `GT-101.H#3`. Null before the first. */
export function occurrenceId(alarm: string, record: AlarmRecord): string | null {
  return record.occurrence === 0 ? null : `${alarm}#${record.occurrence}`
}

/** What a person did has where they were; what time did meanwhile has not. */
export function actedFrom(evaluation: Evaluation, address: string | undefined): Evaluation {
  if (address === undefined) return evaluation
  const transitions = evaluation.transitions.map((transition) =>
    transition.by === null ? transition : { ...transition, address },
  )
  return { transitions, touched: evaluation.touched }
}
