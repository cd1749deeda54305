import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { EvidenceBatch } from '../contracts/evidence-batch.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import { PRIORITIES } from '../contracts/facility-schema.ts'
import type { Reading } from '../contracts/reading.ts'
import { type AlarmRecord, newAlarm } from './alarm-record.ts'
import { DueQueue, newTimer } from './due-queue.ts'
import { type AlarmEntry, Changes, type Evaluation, RefusedAction } from './evaluation.ts'
import { judge, judgeSilent, NO_SAMPLE, type Sample, STALE } from './evidence.ts'
import { type AlarmInput, transition } from './lifecycle.ts'
import type { AlarmSlot, Due, SensorEntry } from './sensor-entry.ts'
import { systemSensorId, systemSensors, type WatchedSensor } from './system-sensors.ts'

/** Where an engine begins. */
interface EngineStart {
  /** Epoch ms of the server. */
  now: number
  /** What the last run kept. Key: alarm id. */
  records?: ReadonlyMap<string, AlarmRecord>
}

/**
 * Evaluates every reading of one facility. Single-threaded and free of I/O: the caller gives the time
 * (epoch ms of the server), commits what comes back, and tells it to people afterwards. Live evaluation
 * and replay run this very code.
 */
export class AlarmEngine {
  readonly #facility: string
  /** Key: sensor id. */
  readonly #sensors = new Map<string, SensorEntry>()
  /** Key: alarm id. */
  readonly #alarms = new Map<string, AlarmSlot>()
  /** Key: device id. */
  readonly #devices = new Map<string, SensorEntry[]>()
  /** Key: gateway id. Server clock minus gateway clock, ms. */
  readonly #offsets = new Map<string, number>()
  readonly #due = new DueQueue<Due>()
  #now: number

  constructor(options: EngineStart & { facility: Facility }) {
    this.#facility = options.facility.id
    this.#now = options.now
    const watched: WatchedSensor[] = [
      ...options.facility.sensors.values(),
      ...systemSensors(options.facility),
    ]
    const bySeverity = watched.flatMap(({ alarms }) => alarms).toSorted((a, b) => severity(b) - severity(a))
    const order = new Map(bySeverity.map((alarm, index) => [alarm.id, index]))
    for (const sensor of watched) this.#watch(sensor, order, options)
  }

  #watch(sensor: WatchedSensor, order: ReadonlyMap<string, number>, { now, records }: EngineStart): void {
    const look: Due = (at, changes) => this.#lookForSilence(entry, at, changes)
    const entry: SensorEntry = {
      sensor,
      alarms: [],
      reported: null,
      held: NO_SAMPLE,
      // A sensor that never reported is as stale as one that stopped: it counts from the start.
      evidence: now,
      stale: false,
      // After the on-delays of the same instant.
      timer: newTimer(look, order.size),
    }
    this.#sensors.set(sensor.id, entry)
    for (const config of sensor.alarms) {
      const place = order.get(config.id) ?? order.size
      // A field that an older release did not keep is that of a new alarm.
      const record = { ...newAlarm(now), ...records?.get(config.id) }
      const wake: Due = (at, changes) => this.#wakeAlarm(slot, at, changes)
      const slot: AlarmSlot = {
        alarm: { config, sensor, order: place, record },
        sensor: entry,
        timer: newTimer(wake, place),
      }
      entry.alarms.push(slot)
      this.#alarms.set(config.id, slot)
      this.#schedule(slot)
    }
    entry.alarms.sort((a, b) => a.alarm.order - b.alarm.order)
    if (sensor.device !== undefined) {
      const siblings = this.#devices.get(sensor.device) ?? []
      this.#devices.set(sensor.device, [...siblings, entry])
    }
    this.#scheduleLook(entry)
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
    for (const reading of batch.readings) this.#take(reading, batch.isLive, changes)
    if (batch.isLive && batch.polled !== undefined) this.#takePolls(batch.polled, changes)
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
    for (const slot of entry.alarms) {
      const { config, record } = slot.alarm
      const verdict = entry.stale ? judgeSilent(config, sample) : judge(config, sample)
      if (verdict.says === 'beyond' && record.phase === 'inactive')
        this.#suppressConsequence(slot, time, changes)
      this.#apply(slot, { kind: 'evidence', time, verdict, sample, held }, changes)
    }
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
    const before = alarm.record
    const outcome = transition(before, input, alarm.config)
    if (outcome.record === before) return outcome.refused
    alarm.record = outcome.record
    changes.touch(alarm)
    for (const change of outcome.changes) changes.tell(alarm, change)
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
      for (const { alarm } of entry.alarms) {
        if (dueShift === 0 || alarm.record.due === null) continue
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

/** Network delay moves the offset a little with every batch; only more than this is a clock. */
const OFFSET_TOLERANCE_MS = 500

function lossCause(gateway: string): string {
  return `${systemSensorId.link(gateway)}.LOST`
}

function isSuppressedBy(record: AlarmRecord, cause: string): boolean {
  return record.suppressed.some((flag) => flag.cause === cause)
}

function severity(config: AlarmConfig): number {
  return PRIORITIES.indexOf(config.priority)
}
