import type { AlarmGroup } from '../contracts/facility.ts'
import { type Flag, liveState } from './alarm-record.ts'
import type { AlarmSlot } from './sensor-entry.ts'

/** Alarms that one event sets off, as they stand. */
export class GroupEntry {
  readonly #group: AlarmGroup
  readonly members: AlarmSlot[] = []
  /** The alarm that came first, until it is normal again. */
  #first: AlarmSlot | null = null

  constructor(group: AlarmGroup) {
    this.#group = group
  }

  get cause(): string {
    return `${CAUSE_PREFIX}${this.#group.id}`
  }

  /** A start finds in the records what came first. */
  add(slot: AlarmSlot): void {
    this.members.push(slot)
    const { record } = slot.alarm
    if (record.firstInGroup && liveState(record) !== 'NORM') this.#first ??= slot
  }

  /** This alarm, raised now, would come first. */
  isFirst(slot: AlarmSlot): boolean {
    return this.#first === null || this.#first === slot
  }

  /** What this alarm is suppressed with when it is raised now; undefined when it is to be shown. */
  consequence(slot: AlarmSlot): Flag | undefined {
    const { config, record } = slot.alarm
    const isShown = this.#group.consequences === 'show' || config.class.lifeSafety || this.isFirst(slot)
    if (isShown || record.suppressed.some(({ cause }) => cause === this.cause)) return undefined
    const reason = `follows from ${this.#first?.alarm.config.id}`
    return { by: this.cause, cause: this.cause, reason, until: null }
  }

  /** Call when an alarm of the group has changed. True when the first one is normal again. */
  follow(slot: AlarmSlot): boolean {
    const { record } = slot.alarm
    if (this.#first === null && record.firstInGroup && liveState(record) !== 'NORM') this.#first = slot
    if (this.#first !== slot || liveState(record) !== 'NORM') return false
    this.#first = null
    return true
  }

  get isQuiet(): boolean {
    return this.#first === null
  }
}

const CAUSE_PREFIX = 'group.'

export function isGroupCause(cause: string): boolean {
  return cause.startsWith(CAUSE_PREFIX)
}
