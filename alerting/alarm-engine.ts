import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { BatchName, EvidenceBatch } from '../contracts/evidence-batch.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import type { AlarmRecord } from './alarm-record.ts'
import { isCalmRecord, isCalmSample } from './calm.ts'
import { DueQueue } from './due-queue.ts'
import type { EngineSnapshot } from './engine-snapshot.ts'
import { type AlarmEntry, Changes, type Evaluation, RefusedAction } from './evaluation.ts'
import { judgeHeld, type Sample, STALE } from './evidence.ts'
import { type FoundLate, type KnownReading, LateRuns } from './late-runs.ts'
import { type AlarmInput, changesNothing, transition } from './lifecycle.ts'
import type { AlarmSlot, Due, SensorEntry } from './sensor-entry.ts'
import { systemSensorId } from './system-sensors.ts'
import { watch } from './watch.ts'

/** Where an engine begins. */
interface EngineStart {
  /** Epoch ms of the server. */
  now: number
  /** What the last run kept, and after which record of the server's log. Key: alarm id. */
  records?: ReadonlyMap<string, { record: AlarmRecord; position: number }>
  /** What it had in memory at its last checkpoint. */
  snapshot?: EngineSnapshot
}

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
  /** Key: gateway id. Server clock minus gateway clock, ms. */
  readonly #offsets = new Map<string, number>()
  readonly #due = new DueQueue<Due>()
  readonly #late: LateRuns
  #now: number
  /** Number of the record that is replayed; infinite while what happens is new. */
  #replaying = Number.POSITIVE_INFINITY

  constructor(options: EngineStart & { facility: Facility }) {
    this.#facility = options.facility.id
    this.#now = options.now
    const { sensors, alarms, devices } = watch({
      ...options,
      look: (entry, at, changes) => this.#lookForSilence(entry, at, changes),
      wake: (slot, at, changes) => this.#wakeAlarm(slot, at, changes),
    })
    this.#sensors = sensors
    this.#alarms = alarms
    this.#devices = devices
    this.#late = new LateRuns(alarms)
    if (options.snapshot !== undefined) this.#restore(options.snapshot)
    for (const entry of sensors.values()) this.#reschedule(entry)
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
    this.#setOffset(batch, changes)
    if (batch.fork !== null)
      this.#tellLate(this.#late.fork(batch.gateway, batch, batch.fork as ForkedAlarms), changes)
    for (const reading of batch.readings) this.#take(reading, batch.isLive, changes)
    this.#late.follow(batch.gateway, batch, this.#known(batch.readings))
    if (batch.isLive && batch.polled !== undefined) this.#takePolls(batch.polled, changes)
    if (batch.late.length > 0) this.#takeLate(batch, changes)
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
  live(now: number): void {
    this.#replaying = Number.POSITIVE_INFINITY
    for (const entry of this.#sensors.values()) {
      if (!entry.stale) entry.evidence = Math.max(entry.evidence, now - this.#offsetOf(entry))
      for (const { alarm } of entry.alarms)
        alarm.record = { ...alarm.record, unknown: judgeHeld(alarm.config, entry).unknown }
      this.#reschedule(entry)
    }
  }

  /** Everything that evaluation has in memory but the records of the alarms. */
  snapshot(): EngineSnapshot {
    return {
      now: this.#now,
      offsets: [...this.#offsets],
      sensors: [...this.#sensors.values()].map(({ sensor, evidence, stale, held, reported }) => ({
        id: sensor.id,
        evidence,
        stale,
        held,
        reported,
      })),
      late: this.#late.snapshot(),
    }
  }

  #restore({ offsets, sensors, late }: EngineSnapshot): void {
    for (const [gateway, offset] of offsets) this.#offsets.set(gateway, offset)
    for (const { id, ...state } of sensors) {
      const entry = this.#sensors.get(id)
      if (entry !== undefined) Object.assign(entry, state)
    }
    this.#late.restore(late)
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
    for (const entry of this.#sensors.values()) {
      // What fell silent with its gateway fell silent because of it, whichever was noticed first.
      if (entry.sensor.gateway !== gateway || !entry.stale) continue
      for (const slot of entry.alarms) this.#suppressConsequence(slot, now, changes)
    }
    return changes
  }

  /** Call after the batch that proves it was evaluated, so that what recovered is not annunciated. */
  gatewayHeard(gateway: string, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    changes.add(this.report(systemSensorId.link(gateway), 1, now))
    const cause = lossCause(gateway)
    for (const slot of this.#alarms.values()) {
      if (isSuppressedBy(slot.alarm.record, cause))
        this.#apply(slot, { kind: 'unsuppress', time: now, cause, by: null }, changes)
    }
    return changes
  }

  /** What a person does. @throws CodedError with the reason of a refusal; nothing changed then. */
  act(alarm: string, input: AlarmInput, now: number): Evaluation {
    const slot = this.#alarms.get(alarm)
    if (slot === undefined) throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${this.#facility}`)
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    const refused = this.#apply(slot, input, changes)
    if (refused !== undefined) throw new RefusedAction(refused, alarm, slot.alarm.record, changes)
    return changes
  }

  #advance(now: number, changes: Changes): void {
    this.#now = Math.max(this.#now, now)
    for (let due = this.#due.take(this.#now); due !== undefined; due = this.#due.take(this.#now)) {
      const instant = changes.transitions.length
      for (const { item: fire } of due.timers) fire(due.at, changes)
      changes.arrange(instant)
    }
  }

  #wakeAlarm(slot: AlarmSlot, at: number, changes: Changes): void {
    const sensorTime = at - this.#offsetOf(slot.sensor)
    this.#apply(slot, { kind: 'clock', time: sensorTime, held: slot.sensor.held }, changes)
    this.#apply(slot, { kind: 'expire', time: at }, changes)
    this.#schedule(slot)
  }

  #take(reading: Reading, isLive: boolean, changes: Changes): void {
    const entry = this.#sensors.get(reading.sensor)
    if (entry === undefined) return
    const sample = { value: reading.value ?? null, quality: reading.quality, reason: reading.reason ?? null }
    entry.reported = sample
    if (isLive) this.#sawLife(entry, reading.time)
    this.#weigh(entry, sample, reading.time, changes)
  }

  #takeLate(batch: EvidenceBatch, changes: Changes): void {
    this.#tellLate(this.#late.take(batch.gateway, batch, this.#known(batch.late)), changes)
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
    entry.held = sample
    if (entry.isCalm && !entry.stale && isCalmSample(entry.calm, sample)) return
    for (const slot of entry.alarms) {
      const { config, record } = slot.alarm
      const verdict = judgeHeld(config, entry)
      if (changesNothing(record, verdict)) continue
      if (verdict.says === 'beyond' && record.phase === 'inactive')
        this.#suppressConsequence(slot, time, changes)
      this.#apply(slot, { kind: 'evidence', time, verdict, sample, held }, changes)
    }
    entry.isCalm = entry.alarms.every(({ alarm }) => isCalmRecord(alarm.record))
  }

  /** The FAULT of a sensor whose gateway is lost says nothing that the loss does not say. */
  #suppressConsequence(slot: AlarmSlot, time: number, changes: Changes): void {
    const { config, record, sensor } = slot.alarm
    if (config.when !== 'fault' || sensor.gateway === undefined) return
    const cause = lossCause(sensor.gateway)
    const isLost = this.#alarms.get(cause)?.alarm.record.phase === 'active'
    if (!isLost || isSuppressedBy(record, cause)) return
    const flag = { by: cause, cause, reason: `follows from ${cause}`, until: null }
    this.#apply(slot, { kind: 'suppress', time, flag, by: null }, changes)
  }

  #apply(slot: AlarmSlot, input: AlarmInput, changes: Changes): ErrorCode | undefined {
    const { alarm } = slot
    if (slot.keptAt >= this.#replaying) return undefined
    const before = alarm.record
    const outcome = transition(before, input, alarm.config)
    if (outcome.record === before) return outcome.refused
    alarm.record = outcome.record
    slot.sensor.isCalm = false
    // Whether its condition is known follows from what the sensor holds: not worth a commit.
    if (before.phase === outcome.record.phase && outcome.changes.length === 0) return undefined
    changes.touch(alarm)
    for (const change of outcome.changes) {
      changes.tell(alarm, change)
      if (change.event === 'raised' || change.event === 'late')
        alarm.record = this.#late.told(alarm.record, change, slot)
    }
    if (before.due !== outcome.record.due || outcome.changes.length > 0) this.#schedule(slot)
    return outcome.refused
  }

  // --- time ---

  #sawLife(entry: SensorEntry, time: number): void {
    entry.evidence = Math.max(entry.evidence, time)
    if (!entry.stale) return
    // What was on its way for too long is as old as silence.
    entry.stale = this.#staleAt(entry) <= this.#now
    if (!entry.stale) this.#scheduleLook(entry)
  }

  /** One look per sensor is enough: one that comes too early is put off. */
  #lookForSilence(entry: SensorEntry, at: number, changes: Changes): void {
    const due = this.#staleAt(entry)
    if (due > at) {
      this.#scheduleLook(entry)
      return
    }
    entry.stale = true
    this.#weigh(entry, STALE, due - this.#offsetOf(entry), changes)
  }

  /** Infinity for the system's own sensors, which nobody polls. */
  #staleAt({ sensor, evidence }: SensorEntry): number {
    return evidence + (sensor.staleAfterMs ?? Number.POSITIVE_INFINITY) + this.#offsetOf({ sensor })
  }

  #scheduleLook(entry: SensorEntry): void {
    this.#due.set(entry.timer, this.#staleAt(entry))
  }

  #schedule({ alarm: { record }, sensor, timer }: AlarmSlot): void {
    const isDelayed = record.phase === 'pendingOn' && record.due !== null
    let next = isDelayed ? Number(record.due) + this.#offsetOf(sensor) : Number.POSITIVE_INFINITY
    for (const flag of [record.shelved, record.outOfService, ...record.suppressed]) {
      if (flag !== null && flag.until !== null) next = Math.min(next, flag.until)
    }
    this.#due.set(timer, next)
  }

  #offsetOf({ sensor }: Pick<SensorEntry, 'sensor'>): number {
    return sensor.gateway === undefined ? 0 : (this.#offsets.get(sensor.gateway) ?? 0)
  }

  /**
   * Dues and evidence stand in sensor time. When the gateway's own clock was stepped they move with it,
   * so that what remained of a delay carries over.
   */
  #setOffset(batch: EvidenceBatch, changes: Changes): void {
    const before = this.#offsets.get(batch.gateway)
    const isSmall = before !== undefined && Math.abs(before - batch.offset) < OFFSET_TOLERANCE_MS
    if (isSmall && !batch.stepped) return
    this.#offsets.set(batch.gateway, batch.offset)
    // Until the first batch, evidence was dated by the server's clock.
    const evidenceShift = before === undefined ? -batch.offset : batch.stepped ? before - batch.offset : 0
    const dueShift = before !== undefined && batch.stepped ? before - batch.offset : 0
    for (const entry of this.#sensors.values()) {
      if (entry.sensor.gateway !== batch.gateway) continue
      entry.evidence += evidenceShift
      for (const { alarm, keptAt } of entry.alarms) {
        if (dueShift === 0 || alarm.record.due === null || keptAt >= this.#replaying) continue
        alarm.record = { ...alarm.record, due: alarm.record.due + dueShift }
        changes.touch(alarm)
      }
      this.#reschedule(entry)
    }
  }

  /** The server's own clock was stepped by `step` ms: sensor time was not, so every delay runs on. */
  clockStepped(step: number): void {
    this.#now += step
    for (const [gateway, offset] of this.#offsets) this.#offsets.set(gateway, offset + step)
    for (const entry of this.#sensors.values()) {
      if (!this.#offsets.has(entry.sensor.gateway ?? '')) entry.evidence += step
      this.#reschedule(entry)
    }
  }

  #reschedule(entry: SensorEntry): void {
    for (const slot of entry.alarms) this.#schedule(slot)
    if (!entry.stale) this.#scheduleLook(entry)
  }
}

type ForkedAlarms = Readonly<Record<string, AlarmRecord>>

/** Network delay moves the offset a little with every batch; only more than this is a clock. */
const OFFSET_TOLERANCE_MS = 500

function lossCause(gateway: string): string {
  return `${systemSensorId.link(gateway)}.LOST`
}

function isSuppressedBy(record: AlarmRecord, cause: string): boolean {
  return record.suppressed.some((flag) => flag.cause === cause)
}
