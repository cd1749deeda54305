import { type GroupEntry, isGroupCause } from './alarm-groups.ts'
import type { AlarmRecord, Flag } from './alarm-record.ts'
import type { Changes } from './evaluation.ts'
import type { Sample } from './evidence.ts'
import type { AlarmInput } from './lifecycle.ts'
import type { AlarmSlot, SensorEntry } from './sensor-entry.ts'
import type { SensorTimes } from './sensor-times.ts'
import { flagOf, isRuleCause, type RuleEntry, type Ruling, ruleOnAlarm, ruleOnSample } from './suppression.ts'
import { systemSensorId } from './system-sensors.ts'

interface DesignSuppressionOptions {
  /** Key: alarm id. */
  alarms: ReadonlyMap<string, AlarmSlot>
  times: SensorTimes
  apply: (slot: AlarmSlot, input: AlarmInput, changes: Changes) => void
}

/**
 * Suppression by design: by declared rules, as a consequence in a group, and of sensors whose gateway is lost. Each
 * has a cause of its own, and only that lifts it.
 */
export class DesignSuppression {
  readonly #alarms: ReadonlyMap<string, AlarmSlot>
  readonly #times: SensorTimes
  readonly #apply: DesignSuppressionOptions['apply']

  constructor({ alarms, times, apply }: DesignSuppressionOptions) {
    this.#alarms = alarms
    this.#times = times
    this.#apply = apply
  }

  /** A sensor that decides has a new sample. */
  followSample({ rules = [] }: SensorEntry, sample: Sample, time: number, changes: Changes): void {
    for (const rule of rules) this.#follow(rule, ruleOnSample(rule.rule, sample), time, changes)
  }

  /** An alarm has changed: others may follow from it. */
  followAlarm(slot: AlarmSlot, time: number, changes: Changes): void {
    const { rules = [], group } = slot
    for (const rule of rules) this.#follow(rule, ruleOnAlarm(slot.alarm.record), time, changes)
    if (group?.follow(slot) === true) this.#liftAll(group.members, group.cause, time, changes)
  }

  /** The end of a suppression that went on for its time. */
  end(rule: RuleEntry, time: number, changes: Changes): void {
    this.#follow(rule, 'lift', time, changes)
  }

  /** What this alarm, raised now, is suppressed with before it is. */
  beforeRaise(slot: AlarmSlot, time: number, changes: Changes): void {
    const flag = slot.group?.consequence(slot)
    if (flag !== undefined) this.#suppress(slot, flag, time, changes)
  }

  /** The FAULT of a sensor whose gateway is lost says nothing that the loss does not say. */
  beforeFault(slot: AlarmSlot, time: number, changes: Changes): void {
    const { config, record, sensor } = slot.alarm
    if (config.when !== 'fault' || sensor.gateway === undefined) return
    const cause = lossCause(sensor.gateway)
    const isLost = this.#alarms.get(cause)?.alarm.record.phase === 'active'
    if (!isLost || isSuppressedBy(record, cause)) return
    this.#suppress(slot, { by: cause, cause, reason: `follows from ${cause}`, until: null }, time, changes)
  }

  gatewayHeard(gateway: string, time: number, changes: Changes): void {
    this.#liftAll(this.#alarms.values(), lossCause(gateway), time, changes)
  }

  /** At a start: alarms that decide are as they are, and what the facility file no longer has suppresses nothing. */
  settle(time: number, changes: Changes): void {
    for (const slot of this.#alarms.values()) {
      this.followAlarm(slot, time, changes)
      const { config, record } = slot.alarm
      for (const { cause } of record.suppressed) {
        if (cause === null) continue
        const isOfRule = isRuleCause(config, cause) && !config.suppressWhen?.some(({ id }) => id === cause)
        const isOfGroup = isGroupCause(cause) && isOver(slot.group, cause)
        if (isOfRule || isOfGroup) this.#lift(slot, cause, time, changes)
      }
    }
  }

  /** Suppressions that go on for their time, by the id of their rule, and when they end on the server's clock. */
  holds(): [string, number][] {
    return [...this.#rules()].flatMap(({ rule, index, at }) => (index === -1 ? [] : [[rule.id, at]]))
  }

  restore(holds: readonly [string, number][]): void {
    const ends = new Map(holds)
    for (const entry of this.#rules()) {
      const at = ends.get(entry.rule.id)
      if (at !== undefined) this.#times.set(entry, at)
    }
  }

  *#rules(): Generator<RuleEntry> {
    for (const slot of this.#alarms.values()) {
      yield* slot.rules ?? []
      // A sensor stands here once for every alarm: its first one speaks for it.
      if (slot.sensor.alarms[0] === slot) yield* slot.sensor.rules ?? []
    }
  }

  /** `time` is that of what decides. */
  #follow(entry: RuleEntry, ruling: Ruling, time: number, changes: Changes): void {
    const { rule, target } = entry
    const isOn = isSuppressedBy(target.alarm.record, rule.id)
    if (ruling === 'suppress') {
      this.#times.set(entry, Number.POSITIVE_INFINITY)
      if (!isOn) this.#suppress(target, flagOf(rule), time, changes)
    } else if (isOn && ruling === 'hold' && rule.holdMs > 0) {
      if (entry.index === -1) this.#times.set(entry, this.#times.now + rule.holdMs)
    } else if (isOn && ruling !== 'leave') {
      this.#times.set(entry, Number.POSITIVE_INFINITY)
      this.#lift(target, rule.id, time, changes)
    }
  }

  #liftAll(slots: Iterable<AlarmSlot>, cause: string, time: number, changes: Changes): void {
    for (const slot of slots)
      if (isSuppressedBy(slot.alarm.record, cause)) this.#lift(slot, cause, time, changes)
  }

  #suppress(slot: AlarmSlot, flag: Flag, time: number, changes: Changes): void {
    this.#apply(slot, { kind: 'suppress', time, flag, by: null }, changes)
  }

  #lift(slot: AlarmSlot, cause: string, time: number, changes: Changes): void {
    this.#apply(slot, { kind: 'unsuppress', time, cause, by: null }, changes)
  }
}

function lossCause(gateway: string): string {
  return `${systemSensorId.link(gateway)}.LOST`
}

function isSuppressedBy(record: AlarmRecord, cause: string): boolean {
  return record.suppressed.some((flag) => flag.cause === cause)
}

/** Nothing stands in this group any more, or the alarm belongs to it no longer. */
function isOver(group: GroupEntry | undefined, cause: string): boolean {
  return group === undefined || group.cause !== cause || group.isQuiet
}
