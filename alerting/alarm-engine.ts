import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import { PRIORITIES } from '../contracts/facility-schema.ts'
import type { Reading } from '../contracts/reading.ts'
import { DueQueue } from './due-queue.ts'
import { type AlarmEntry, Changes, type Evaluation, RefusedAction } from './evaluation.ts'
import { judge, NO_SAMPLE, type Sample } from './evidence.ts'
import { type AlarmInput, type AlarmRecord, newAlarm, transition } from './lifecycle.ts'
import { systemSensorId, systemSensors, type WatchedSensor } from './system-sensors.ts'

/** Readings of one gateway that arrived together. */
export interface EvidenceBatch {
  gateway: string
  /** Server clock minus the clock that dated the readings, ms. */
  offset: number
  /** The gateway's clock was stepped since its last batch. */
  stepped: boolean
  readings: readonly Reading[]
  /** When each device last answered, sensor time. Key: device id. */
  polled?: Readonly<Record<string, number>>
  /** History that just came in is no sign of life. */
  isLive: boolean
}

interface SensorEntry {
  readonly sensor: WatchedSensor
  readonly alarms: AlarmSlot[]
  /** What the sensor reported last; null before its first report. */
  reported: Sample | null
  /** What alarms were judged on last: the report, or that there is none any more. */
  held: Sample
  /** Last sign of life, sensor time. */
  evidence: number
  stale: boolean
  /** Server clock at which the queue looks at it again. */
  wake: number
}

interface AlarmSlot {
  readonly alarm: AlarmEntry
  readonly sensor: SensorEntry
  /** Server clock at which the queue looks at it again; Infinity when nothing runs. */
  wake: number
}

type Due = { kind: 'sensor'; entry: SensorEntry } | { kind: 'alarm'; slot: AlarmSlot }

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
  readonly #lost = new Set<string>()
  readonly #due = new DueQueue<Due>()
  #now: number

  constructor(options: { facility: Facility; now: number; records?: ReadonlyMap<string, AlarmRecord> }) {
    this.#facility = options.facility.id
    this.#now = options.now
    const watched: WatchedSensor[] = [
      ...options.facility.sensors.values(),
      ...systemSensors(options.facility),
    ]
    for (const sensor of watched) this.#watch(sensor, options)
  }

  #watch(sensor: WatchedSensor, options: { now: number; records?: ReadonlyMap<string, AlarmRecord> }): void {
    // Several transitions of one input come in order of severity, then of the file.
    const bySeverity = sensor.alarms.toSorted((a, b) => rank(a) - rank(b))
    // A sensor that never reported is as stale as one that stopped: it counts from the start.
    const entry: SensorEntry = {
      sensor,
      alarms: [],
      reported: null,
      held: NO_SAMPLE,
      evidence: options.now,
      stale: false,
      wake: 0,
    }
    this.#sensors.set(sensor.id, entry)
    for (const config of bySeverity) {
      const record = options.records?.get(config.id) ?? newAlarm(options.now)
      const slot = { alarm: { config, sensor, record }, sensor: entry, wake: Number.POSITIVE_INFINITY }
      entry.alarms.push(slot)
      this.#alarms.set(config.id, slot)
      this.#schedule(slot)
      // Who was suppressed because its gateway is lost stays so until the gateway is heard again.
      for (const flag of record.suppressed) this.#restoreLoss(flag.by, sensor)
    }
    if (sensor.device !== undefined) {
      const siblings = this.#devices.get(sensor.device) ?? []
      this.#devices.set(sensor.device, [...siblings, entry])
    }
    this.#scheduleStale(entry)
  }

  #restoreLoss(cause: string, sensor: WatchedSensor): void {
    if (sensor.gateway !== undefined && cause === lossCause(sensor.gateway)) this.#lost.add(sensor.gateway)
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
    this.#setOffset(batch)
    for (const reading of batch.readings) this.#take(reading, batch.isLive, changes)
    if (batch.isLive && batch.polled !== undefined) this.#takePolls(batch.polled, changes)
    return changes
  }

  /** A reading of one of the system's own sensors. @throws CodedError SENSOR_UNKNOWN */
  report(sensor: string, value: number, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    if (!this.#sensors.has(sensor)) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${sensor}"`)
    this.#take({ sensor, time: now, value, quality: 'good' }, true, changes)
    return changes
  }

  /** A lost gateway is one alarm; the FAULTs that follow from it are suppressed as consequences. */
  gatewayLost(gateway: string, now: number): Evaluation {
    this.#lost.add(gateway)
    return this.report(systemSensorId.link(gateway), 0, now)
  }

  /** Call after the batch that proves it was evaluated, so that what recovered is not annunciated. */
  gatewayHeard(gateway: string, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    changes.add(this.report(systemSensorId.link(gateway), 1, now))
    if (!this.#lost.delete(gateway)) return changes
    const cause = lossCause(gateway)
    for (const slot of this.#alarms.values()) {
      if (slot.alarm.record.suppressed.some((flag) => flag.by === cause)) {
        this.#apply(slot, { kind: 'unsuppress', time: now, cause, by: null }, changes)
      }
    }
    return changes
  }

  /** What a person does. @throws CodedError with the reason of a refusal; nothing changed then. */
  act(alarm: string, input: AlarmInput, now: number): Evaluation {
    const changes = new Changes(this.#facility)
    this.#advance(now, changes)
    const slot = this.#alarms.get(alarm)
    if (slot === undefined) throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${this.#facility}`)
    const refused = this.#apply(slot, input, changes)
    if (refused !== undefined) throw new RefusedAction(refused, alarm, slot.alarm.record, changes)
    return changes
  }

  #advance(now: number, changes: Changes): void {
    this.#now = Math.max(this.#now, now)
    for (let due = this.#due.take(this.#now); due !== undefined; due = this.#due.take(this.#now)) {
      if (due.item.kind === 'sensor') {
        if (due.item.entry.wake === due.at) this.#lookForSilence(due.item.entry, due.at, changes)
      } else if (due.item.slot.wake === due.at) this.#wakeAlarm(due.item.slot, due.at, changes)
    }
  }

  #wakeAlarm(slot: AlarmSlot, at: number, changes: Changes): void {
    slot.wake = Number.POSITIVE_INFINITY
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
      const verdict = judge(slot.alarm.config, sample)
      if (verdict.says === 'beyond') this.#suppressConsequence(slot, time, changes)
      this.#apply(slot, { kind: 'evidence', time, verdict, sample, held }, changes)
    }
  }

  #suppressConsequence(slot: AlarmSlot, time: number, changes: Changes): void {
    const { config, record, sensor } = slot.alarm
    if (config.when !== 'fault' || sensor.gateway === undefined || !this.#lost.has(sensor.gateway)) return
    if (record.phase !== 'inactive' || record.suppressed.length > 0) return
    const cause = lossCause(sensor.gateway)
    const flag = { by: cause, reason: `follows from ${cause}`, until: null }
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
    entry.stale = false
    if (entry.wake === 0) this.#scheduleStale(entry)
  }

  /** The queue holds one look per sensor; a look that comes too early is simply put off. */
  #lookForSilence(entry: SensorEntry, at: number, changes: Changes): void {
    const due = this.#staleAt(entry)
    entry.wake = 0
    if (due === undefined) return
    if (due > at) {
      this.#scheduleStale(entry)
      return
    }
    entry.stale = true
    const sample: Sample = { value: null, quality: 'bad', reason: 'stale' }
    this.#weigh(entry, sample, due - this.#offsetOf(entry), changes)
  }

  #staleAt(entry: SensorEntry): number | undefined {
    const after = entry.sensor.staleAfterMs
    return after === undefined ? undefined : entry.evidence + after + this.#offsetOf(entry)
  }

  #scheduleStale(entry: SensorEntry): void {
    const at = this.#staleAt(entry)
    if (at === undefined) return
    entry.wake = at
    // After the on-delays of the same instant.
    this.#due.push(at, PRIORITIES.length, { kind: 'sensor', entry })
  }

  #schedule(slot: AlarmSlot): void {
    const { record, config } = slot.alarm
    const isDelayed = record.phase === 'pendingOn' && record.due !== null
    let next = isDelayed ? Number(record.due) + this.#offsetOf(slot.sensor) : Number.POSITIVE_INFINITY
    for (const flag of [record.shelved, record.outOfService, ...record.suppressed]) {
      if (flag !== null && flag.until !== null) next = Math.min(next, flag.until)
    }
    // A look that turns out to be early does nothing but schedule the next one.
    if (next >= slot.wake) return
    slot.wake = next
    this.#due.push(next, rank(config), { kind: 'alarm', slot })
  }

  #offsetOf(entry: SensorEntry): number {
    return entry.sensor.gateway === undefined ? 0 : (this.#offsets.get(entry.sensor.gateway) ?? 0)
  }

  /**
   * Dues and evidence stand in sensor time. When the gateway's own clock was stepped they move with it,
   * so that what remained of a delay carries over.
   */
  #setOffset(batch: EvidenceBatch): void {
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
        if (dueShift !== 0 && alarm.record.due !== null) {
          alarm.record = { ...alarm.record, due: alarm.record.due + dueShift }
        }
      }
      this.#reschedule(entry)
    }
  }

  /** The server's own clock was stepped by `step` ms: sensor time was not, so every delay runs on. */
  clockStepped(step: number): void {
    this.#now += step
    this.#due.clear()
    for (const [gateway, offset] of this.#offsets) this.#offsets.set(gateway, offset + step)
    for (const entry of this.#sensors.values()) {
      if (!this.#offsets.has(entry.sensor.gateway ?? '')) entry.evidence += step
      this.#reschedule(entry)
    }
  }

  #reschedule(entry: SensorEntry): void {
    for (const slot of entry.alarms) {
      slot.wake = Number.POSITIVE_INFINITY
      this.#schedule(slot)
    }
    if (!entry.stale) this.#scheduleStale(entry)
  }
}

/** Network delay moves the offset a little with every batch; only more than this is a clock. */
const OFFSET_TOLERANCE_MS = 500

function lossCause(gateway: string): string {
  return `${systemSensorId.link(gateway)}.LOST`
}

/** Critical first. */
function rank(config: AlarmConfig): number {
  return PRIORITIES.length - 1 - PRIORITIES.indexOf(config.priority)
}
