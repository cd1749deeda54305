import type { AlarmGroup } from '../contracts/facility.ts'
import { type Flag, liveState, shownState } from './alarm-record.ts'
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
    if (leads(slot)) this.#first ??= slot
  }

  /** This alarm, raised now, would come first. What nobody hears leads nothing. */
  isFirst(slot: AlarmSlot): boolean {
    return (this.#first === null || this.#first === slot) && isHeard(slot)
  }

  /** What this alarm is suppressed with when it is raised now; undefined when it is to be shown. */
  consequence(slot: AlarmSlot): Flag | undefined {
    const { config, record } = slot.alarm
    const isShown = this.#group.consequences === 'show' || config.class.lifeSafety
    if (isShown || this.#first === null || this.#first === slot) return undefined
    if (record.suppressed.some(({ cause }) => cause === this.cause)) return undefined
    const reason = `follows from ${this.#first.alarm.config.id}`
    return { by: this.cause, cause: this.cause, reason, until: null }
  }

  /**
   * Call when an alarm of the group has changed. True when the first one is normal again, set aside or under test:
   * nothing follows from that.
   */
  follow(slot: AlarmSlot): boolean {
    if (this.#first === null && leads(slot)) this.#first = slot
    if (this.#first !== slot || leads(slot)) return false
    this.#first = null
    return true
  }

  get isQuiet(): boolean {
    return this.#first === null
  }
}

/** It came first of its group, stands, and people hear it. */
function leads(slot: AlarmSlot): boolean {
  const { record } = slot.alarm
  return record.firstInGroup && liveState(record) !== 'NORM' && isHeard(slot)
}

/** Not shelved, suppressed, out of service or under test. */
function isHeard({ alarm: { record }, sensor }: AlarmSlot): boolean {
  return shownState(record) === liveState(record) && sensor.test === undefined
}

const CAUSE_PREFIX = 'group.'

export function isGroupCause(cause: string): boolean {
  return cause.startsWith(CAUSE_PREFIX)
}
