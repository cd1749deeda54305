import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { BatchName, EvidenceBatch } from '../contracts/evidence-batch.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import { type AlarmRecord, withUnknown } from './alarm-record.ts'
import { isCalmRecord, isCalmSample } from './calm.ts'
import { DesignSuppression, timeOf } from './design-suppression.ts'
import { type EngineSnapshot, type EngineStart, sensorSnapshot } from './engine-snapshot.ts'
import { type AlarmEntry, Changes, type Evaluation, RefusedAction } from './evaluation.ts'
import { judgeHeld, type Sample, STALE, sampleOf } from './evidence.ts'
import { FieldTests } from './field-tests/field-tests.ts'
import { type FoundLate, type KnownReading, LateRuns } from './late-runs.ts'
import { type AlarmInput, changesNothing, transition } from './lifecycle.ts'
import type { Outcome } from './outcome.ts'
import type { AlarmSlot, Due, SensorEntry } from './sensor-entry.ts'
import { SensorTimes } from './sensor-times.ts'
import type { Reconfiguration } from './settings/reconfiguration.ts'
import { Refitting } from './settings/refitting.ts'
import { systemSensorId } from './system-sensors.ts'
import { watch } from './watch.ts'

/**
 * Evaluates every reading of one facility. Single-threaded and free of I/O: the caller gives the time
 * (epoch ms of the server), commits what comes back, and tells it to people afterwards. Live evaluation
 * and replay run this very code.
 */
export class AlarmEngine {
  readonly #facility: string
  /** Key: sensor id. */
  readonly #sensors: ReadonlyMap<string, SensorEntry>
  /** Key: alarm id. */
  readonly #alarms: ReadonlyMap<string, AlarmSlot>
  /** Key: device id. */
  readonly #devices: ReadonlyMap<string, readonly SensorEntry[]>
  readonly #times: SensorTimes
  readonly #suppression: DesignSuppression
  readonly #refitting: Refitting
  readonly #late: LateRuns
  readonly tests: FieldTests
  /** Number of the record that is replayed; infinite while what happens is new. */
  #replaying = Number.POSITIVE_INFINITY

  constructor(options: EngineStart & { facility: Facility }) {
    this.#facility = options.facility.id
    const { sensors, alarms, devices } = watch(options)
    this.#sensors = sensors
    this.#alarms = alarms
    this.#devices = devices
    this.#times = new SensorTimes({ [Symbol.iterator]: () => sensors.values() }, options.now)
    const life = {
      times: this.#times,
      apply: (slot: AlarmSlot, input: AlarmInput, changes: Changes) => this.#apply(slot, input, changes),
    }
    this.#suppression = new DesignSuppression({ alarms, ...life })
    this.#refitting = new Refitting({
      ...life,
      beforeFault: (slot, time, changes) => this.#suppression.beforeFault(slot, time, changes),
    })
    this.#late = new LateRuns(alarms)
    this.tests = new FieldTests({
      sensors,
      alarms,
      ...life,
      suppression: this.#suppression,
      kept: options.tests,
      snapshot: options.snapshot?.tests,
      before: options.testsOf?.tests,
    })
    if (options.snapshot !== undefined) this.#restore(options.snapshot)
    for (const entry of sensors.values()) this.#times.reschedule(entry)
  }

  /** Every alarm with its present record. */
  entries(): IterableIterator<AlarmEntry> {
    return this.#alarms.values().map((slot) => slot.alarm)
  }

  entry(alarm: string): AlarmEntry | undefined {
    return this.#alarms.get(alarm)?.alarm
  }

  /** No sign of life for longer than the sensor may be silent. */
  isStale(sensor: string): boolean {
    return this.#sensors.get(sensor)?.stale ?? false
  }

  /** Moves the clock: everything that falls due until `now` happens first, each at its own time. */
  advance(now: number): Evaluation {
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    return changes
  }

  /** Evaluates readings in their order; `now` is when they arrived. */
  evaluate(batch: EvidenceBatch, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    this.#times.setOffset(batch, (slot, shift) => this.#shift(slot, shift, changes))
    if (batch.fork !== null)
      this.#tellLate(this.#late.fork(batch.gateway, batch, batch.fork as ForkedAlarms), changes)
    for (const reading of batch.readings) this.#take(reading, batch.isLive, changes)
    this.#late.follow(batch.gateway, batch, this.#known(batch.readings))
    if (batch.isLive && batch.polled !== undefined) this.#takePolls(batch.polled, changes)
    if (batch.late.length > 0)
      this.#tellLate(this.#late.take(batch.gateway, batch, this.#known(batch.late)), changes)
    return changes
  }

  /** The alarms of a gateway that are not simply inactive: plain data for {@link EvidenceBatch}. */
  fork(gateway: string): ForkedAlarms {
    const forked: Record<string, AlarmRecord> = {}
    for (const { alarm } of this.#alarms.values())
      if (alarm.sensor.gateway === gateway && alarm.record.phase !== 'inactive')
        forked[alarm.config.id] = alarm.record
    return forked
  }

  /**
   * A batch that had been evaluated before the last run ended: what it did to alarms that were kept after it
   * is not done again. Call in order of the log, before anything new, and {@link live} afterwards.
   */
  replay(batch: EvidenceBatch, at: { now: number; position: number }): Evaluation {
    this.#replaying = at.position
    return this.evaluate(batch, at.now)
  }

  /** Nothing is replayed any more. While the server was down nobody was silent: silence counts from now. */
  live(now: number): Evaluation {
    this.#replaying = Number.POSITIVE_INFINITY
    for (const entry of this.#sensors.values()) {
      if (!entry.stale) entry.evidence = Math.max(entry.evidence, now - this.#times.offsetOf(entry))
      for (const { alarm } of entry.alarms)
        alarm.record = withUnknown(alarm.record, judgeHeld(alarm.config, entry).unknown)
      this.#times.reschedule(entry)
    }
    const changes = new Changes(this.#facility)
    this.#suppression.settle(now, changes)
    for (const slot of this.#alarms.values()) this.#refitting.catchUp(slot, now, changes)
    return changes
  }

  /**
   * Goes on where another engine of the facility was, whose records and snapshot this one began with: time went on,
   * so silence did too. `rejudged` are alarms that are to be judged anew on what their sensors hold, and how they were
   * judged before. Key: alarm id.
   */
  resume(now: number, rejudged: ReadonlyMap<string, AlarmConfig>): Evaluation {
    const changes = new Changes(this.#facility)
    for (const entry of this.#sensors.values()) {
      if (entry.rules === undefined) continue
      this.#suppression.followSample(entry, entry.held, now - this.#times.offsetOf(entry), changes)
    }
    this.#suppression.settle(now, changes)
    for (const [id, before] of rejudged) {
      const slot = this.#alarms.get(id)
      if (slot !== undefined) this.#refitting.judgeAgain(slot, before, now, changes)
    }
    return changes
  }

  /** Everything that evaluation has in memory but the records of the alarms. */
  snapshot(): EngineSnapshot {
    return {
      now: this.#times.now,
      offsets: this.#times.offsets(),
      sensors: [...this.#sensors.values()].map(sensorSnapshot),
      late: this.#late.snapshot(),
      holds: this.#suppression.holds(),
      tests: this.tests.snapshot(),
    }
  }

  #restore({ offsets, sensors, late, holds }: EngineSnapshot): void {
    this.#times.restore(offsets)
    for (const { id, ...state } of sensors) {
      const entry = this.#sensors.get(id)
      if (entry !== undefined) Object.assign(entry, state)
    }
    this.#late.restore(late)
    this.#suppression.restore(holds)
  }

  /** Nothing of this gateway that is older than `first` will come any more; nothing at all without it. */
  finishLate(gateway: string, first: BatchName | undefined, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    if (!this.#late.isOpen(gateway)) return changes
    this.#advance(now, changes)
    this.#tellLate(this.#late.finish(gateway, first), changes)
    return changes
  }

  /** A reading of one of the system's own sensors. @throws CodedError SENSOR_UNKNOWN */
  report(sensor: string, value: number, now: number): Evaluation {
    if (!this.#sensors.has(sensor)) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}"`)
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    this.#take({ sensor, time: now, value, quality: 'good' }, true, changes)
    return changes
  }

  /** A lost gateway is one alarm; the FAULTs that follow from it are suppressed as consequences. */
  gatewayLost(gateway: string, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    changes.add(this.report(systemSensorId.link(gateway), 0, now))
    this.#suppression.gatewayLost(gateway, this.#sensors.values(), now, changes)
    return changes
  }

  /** Call after the batch that proves it was evaluated, so that what recovered is not annunciated. */
  gatewayHeard(gateway: string, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    changes.add(this.report(systemSensorId.link(gateway), 1, now))
    this.#suppression.gatewayHeard(gateway, now, changes)
    return changes
  }

  /** What a person does. @throws CodedError with the reason of a refusal; nothing changed then. */
  act(alarm: string, input: AlarmInput, now: number): Evaluation {
    const slot = this.#slot(alarm)
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    const instant = changes.transitions.length
    const refused = this.#apply(slot, input, changes)
    changes.arrange(instant)
    if (refused !== undefined) throw new RefusedAction(refused, alarm, slot.alarm.record, changes)
    return changes
  }

  /**
   * Gives an alarm other settings. What its sensor holds is judged by them at once, as a sample of `now`: it raises
   * after the on-delay and returns after the off-delay; occurrence, latch and flags stay. @throws CodedError
   * ALARM_UNKNOWN
   */
  reconfigure(alarm: string, to: Reconfiguration, now: number): Evaluation {
    const slot = this.#slot(alarm)
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    this.#refitting.refit(slot, to, now, changes)
    return changes
  }

  /** Now, as the clock has it that dates the readings of this alarm's sensor. @throws CodedError ALARM_UNKNOWN */
  sensorTime(alarm: string, now: number): number {
    return now - this.#times.offsetOf(this.#slot(alarm).sensor)
  }

  #slot(alarm: string): AlarmSlot {
    const slot = this.#alarms.get(alarm)
    if (slot === undefined) throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${this.#facility}`)
    return slot
  }

  #advance(now: number, changes: Changes): void {
    for (const { at, timers } of this.#times.advance(now)) {
      const instant = changes.transitions.length
      for (const due of timers) this.#fire(due, at, changes)
      changes.arrange(instant)
    }
  }

  #fire(due: Due, at: number, changes: Changes): void {
    if (due.kind === 'alarm') this.#wakeAlarm(due, at, changes)
    else if (due.kind === 'sensor') this.#lookForSilence(due, at, changes)
    else if (due.kind === 'rule') this.#suppression.end(due, at, changes)
    else this.tests.expire(due, at, changes)
  }

  #wakeAlarm(slot: AlarmSlot, at: number, changes: Changes): void {
    const sensorTime = at - this.#times.offsetOf(slot.sensor)
    this.#apply(slot, { kind: 'clock', time: sensorTime, held: slot.sensor.held }, changes)
    this.#apply(slot, { kind: 'expire', time: at }, changes)
    this.#times.schedule(slot)
  }

  #take(reading: Reading, isLive: boolean, changes: Changes): void {
    const entry = this.#sensors.get(reading.sensor)
    if (entry === undefined) return
    const sample = sampleOf(reading)
    entry.reported = sample
    if (isLive) {
      this.#sawLife(entry, reading.time)
      if (entry.test !== undefined) this.tests.read(entry, reading, this.#replaying)
    }
    this.#weigh(entry, sample, reading.time, changes)
  }

  *#known(readings: readonly Reading[]): Generator<KnownReading> {
    for (const reading of readings) {
      const entry = this.#sensors.get(reading.sensor)
      if (entry !== undefined) yield { reading, entry }
    }
  }

  #tellLate(found: readonly FoundLate[], changes: Changes): void {
    for (const { alarm, occurrence } of found) {
      const slot = this.#alarms.get(alarm)
      if (slot !== undefined) this.#apply(slot, { kind: 'late', occurrence }, changes)
    }
  }

  /** A device that answered says that its sensors still hold what they reported last. */
  #takePolls(polled: Readonly<Record<string, number>>, changes: Changes): void {
    for (const [device, time] of Object.entries(polled)) {
      for (const entry of this.#devices.get(device) ?? []) {
        if (time <= entry.evidence || entry.reported === null) continue
        this.#sawLife(entry, time)
        this.#weigh(entry, entry.reported, time, changes)
      }
    }
  }

  #weigh(entry: SensorEntry, sample: Sample, time: number, changes: Changes): void {
    const held = entry.held
    const instant = changes.transitions.length
    entry.held = sample
    if (entry.rules !== undefined) this.#suppression.followSample(entry, sample, time, changes)
    if (entry.isCalm && !entry.stale && isCalmSample(entry.calm, sample)) return
    for (const slot of entry.alarms) {
      const { config, record } = slot.alarm
      const verdict = judgeHeld(config, entry)
      if (changesNothing(record, verdict)) continue
      if (verdict.says === 'beyond' && record.phase === 'inactive')
        this.#suppression.beforeFault(slot, time, changes)
      this.#apply(slot, { kind: 'evidence', time, verdict, sample, held }, changes)
    }
    entry.isCalm = entry.alarms.every(({ alarm }) => isCalmRecord(alarm.record))
    changes.arrange(instant)
  }

  #apply(slot: AlarmSlot, input: AlarmInput, changes: Changes): ErrorCode | undefined {
    const { alarm } = slot
    if (slot.keptAt >= this.#replaying) return undefined
    const outcome = this.#decide(slot, input, changes)
    const before = alarm.record
    if (outcome.record === before) return outcome.refused
    alarm.record = outcome.record
    slot.sensor.isCalm = false
    // Whether its condition is known follows from what the sensor holds: not worth a commit.
    if (before.phase !== outcome.record.phase || outcome.changes.length > 0) changes.touch(alarm)
    let last = before
    for (const change of outcome.changes) {
      changes.tell(alarm, this.tests.witness(slot, change, last))
      last = change.record
      if (change.event === 'raised' || change.event === 'late')
        alarm.record = this.#late.told(alarm.record, change, slot)
    }
    if (before.due !== outcome.record.due || outcome.changes.length > 0) this.#times.schedule(slot)
    if (slot.rules !== undefined || slot.group !== undefined)
      this.#suppression.followAlarm(slot, timeOf(input), changes)
    return outcome.refused
  }

  /** What an input does, in a group too: what follows from its first alarm is suppressed before it is raised. */
  #decide(slot: AlarmSlot, input: AlarmInput, changes: Changes): Outcome {
    const { alarm, group } = slot
    const outcome = transition(alarm.record, input, alarm.config)
    const isRaised = outcome.changes.some(({ event }) => event === 'raised')
    // An alarm that is made for a test is the first of nothing, and follows from nothing.
    if (!isRaised || group === undefined || slot.sensor.test !== undefined) return outcome
    if (input.kind !== 'evidence' && input.kind !== 'clock') return outcome
    this.#suppression.beforeRaise(slot, input.time, changes)
    return transition(alarm.record, { ...input, isFirst: group.isFirst(slot) }, alarm.config)
  }

  #sawLife(entry: SensorEntry, time: number): void {
    entry.evidence = Math.max(entry.evidence, time)
    if (!entry.stale) return
    // What was on its way for too long is as old as silence.
    entry.stale = this.#times.staleAt(entry) <= this.#times.now
    if (!entry.stale) this.#times.scheduleLook(entry)
  }

  /** One look per sensor is enough: one that comes too early is put off. */
  #lookForSilence(entry: SensorEntry, at: number, changes: Changes): void {
    const due = this.#times.staleAt(entry)
    if (due > at) {
      this.#times.scheduleLook(entry)
      return
    }
    entry.stale = true
    this.#weigh(entry, STALE, due - this.#times.offsetOf(entry), changes)
  }

  /** The clock of its gateway was stepped: what remained of a delay carries over. */
  #shift({ alarm, keptAt }: AlarmSlot, shift: number, changes: Changes): void {
    const { due, activated } = alarm.record
    if ((due === null && activated === null) || keptAt >= this.#replaying) return
    const moved = (time: number | null) => (time === null ? null : time + shift)
    alarm.record = { ...alarm.record, due: moved(due), activated: moved(activated) }
    changes.touch(alarm)
  }

  /** The server's own clock was stepped by `step` ms. */
  clockStepped(step: number): void {
    this.#times.clockStepped(step)
  }
}

type ForkedAlarms = Readonly<Record<string, AlarmRecord>>
