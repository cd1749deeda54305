import { ALARM_ACTIONS, type AlarmEvent, type AlarmState } from '../contracts/alarm.ts'
import type { WantedValues } from '../contracts/alarm-settings.ts'
import { parseDuration } from '../contracts/duration.ts'
import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { EvidenceBatch } from '../contracts/evidence-batch.ts'
import type { Facility } from '../contracts/facility.ts'
import { QUALITIES } from '../contracts/quality.ts'
import type { Reading } from '../contracts/reading.ts'
import { type ActionRequest, actionInput } from './action.ts'
import { AlarmEngine } from './alarm-engine.ts'
import { priorityOf, shownState } from './alarm-record.ts'
import { type Evaluation, occurrenceId, RefusedAction, type Transition } from './evaluation.ts'
import { effective, pastOf } from './settings/alarm-settings.ts'
import type { Revision } from './settings/revision.ts'
import { revisionOf, type SettingRequest } from './settings/setting-request.ts'

/** A line of input, checked (DESIGN section 3). */
export type ReplayLine =
  | { kind: 'reading'; clock: number; reading: Reading }
  | { kind: 'action'; clock: number; alarm: string; request: ActionRequest }
  | { kind: 'change'; clock: number; alarm: string; request: SettingRequest }
  | { kind: 'advance'; clock: number }
  /** Somebody looked, and the sensor still held what it had reported last; no sign of life for {@link AlarmEngine}. */
  | { kind: 'held'; clock: number; reading: Reading }

/** What a line did. A refusal comes after what had fallen due before it. */
export interface Applied {
  readonly evaluation: Evaluation
  readonly refused?: ErrorCode
}

/** A line of output. */
export type ReplayResult =
  | {
      time: number
      alarm: string
      event: AlarmEvent
      state: AlarmState
      from: AlarmState
      occurrence: string | null
      priority: string
      value: number | null
      quality: string | null
      reason: string | null
      by: string | null
      firstInGroup: boolean
    }
  | { time: number; alarm: string; refused: ErrorCode }

/** @throws CodedError REQUEST_INVALID */
export function parseReplayLine(text: string): ReplayLine {
  const line = parseObject(text)
  const time = line.time
  if (typeof time !== 'number' || !Number.isFinite(time)) throw invalid('time must be a number of ms')
  const arrival = line.arrival ?? time
  if (typeof arrival !== 'number' || !Number.isFinite(arrival))
    throw invalid('arrival must be a number of ms')
  if (line.advance === true) return { kind: 'advance', clock: arrival }
  if (line.action === 'change') return changeLine(line, arrival)
  return line.action === undefined ? readingLine(line, time, arrival) : actionLine(line, arrival)
}

function readingLine(line: Record<string, unknown>, time: number, clock: number): ReplayLine {
  const { sensor, value, reason } = line
  const quality = QUALITIES.find((known) => known === (line.quality ?? 'good'))
  if (typeof sensor !== 'string') throw invalid('a line has a sensor, an action or advance: true')
  if (quality === undefined) throw invalid(`quality must be one of ${QUALITIES.join(', ')}`)
  const hasValue = typeof value === 'number' && Number.isFinite(value)
  if (!hasValue && quality !== 'bad') throw invalid('value must be a number unless the quality is bad')
  if (reason !== undefined && typeof reason !== 'string') throw invalid('reason must be a text')
  const reading = {
    sensor,
    time,
    quality,
    ...(hasValue ? { value } : {}),
    ...(reason === undefined ? {} : { reason }),
  }
  return { kind: 'reading', clock, reading }
}

function actionLine(line: Record<string, unknown>, clock: number): ReplayLine {
  const { alarm, by, approvedBy, reason, comment, oneShot } = line
  const action = ALARM_ACTIONS.find((known) => known === line.action)
  if (action === undefined) throw invalid(`action must be one of ${ALARM_ACTIONS.join(', ')}, change`)
  if (typeof alarm !== 'string') throw invalid('an action names its alarm')
  const forMs = line.for === undefined ? undefined : parseDuration(String(line.for))
  if (line.for !== undefined && forMs === undefined) throw invalid('for must be a duration such as 30s')
  const request: ActionRequest = {
    action,
    ...(typeof by === 'string' ? { by } : {}),
    ...(typeof approvedBy === 'string' ? { approvedBy } : {}),
    ...(oneShot === true ? { oneShot } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof comment === 'string' ? { comment } : {}),
    ...(forMs === undefined ? {} : { forMs }),
  }
  return { kind: 'action', clock, alarm, request }
}

/** Settings at run time. What is wrong with the values is a refusal, as it is for an engineer. */
function changeLine(line: Record<string, unknown>, clock: number): ReplayLine {
  const { alarm, by, approvedBy, reason, changes } = line
  if (typeof alarm !== 'string') throw invalid('a change names its alarm')
  if (typeof changes !== 'object' || changes === null) throw invalid('changes must be a map of settings')
  const request: SettingRequest = {
    changes: changes as WantedValues,
    ...(typeof by === 'string' ? { by } : {}),
    ...(typeof approvedBy === 'string' ? { approvedBy } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  }
  return { kind: 'change', clock, alarm, request }
}

/** Runs recorded readings and actions through the very engine that runs live, in virtual time. */
export class Replay {
  readonly #facility: Facility
  #engine: AlarmEngine | undefined
  /** Changes of settings. Key: alarm id. */
  readonly #revisions = new Map<string, readonly Revision[]>()

  constructor(facility: Facility) {
    this.#facility = facility
  }

  /** What one line did, in order. @throws CodedError SENSOR_UNKNOWN for a sensor that the file has not */
  *feed(line: ReplayLine): Generator<ReplayResult> {
    // Advanced first, so that what falls due is told before what is wrong with the line itself.
    yield* results(this.#started(line.clock).advance(line.clock))
    const { evaluation, refused } = this.apply(line)
    yield* results(evaluation)
    if ('alarm' in line && refused !== undefined) yield { time: line.clock, alarm: line.alarm, refused }
  }

  /** The same, as those need it who count. @throws CodedError SENSOR_UNKNOWN for a sensor that the file has not */
  apply(line: ReplayLine): Applied {
    const engine = this.#started(line.clock)
    switch (line.kind) {
      case 'reading':
      case 'held':
        return { evaluation: engine.evaluate(this.#batchOf(line), line.clock) }
      case 'action':
        return this.#act(engine, line)
      case 'change':
        return this.#change(engine, line)
      case 'advance':
        return { evaluation: engine.advance(line.clock) }
    }
  }

  /** Nothing came of this sensor for longer than it may be silent. */
  isStale(sensor: string): boolean {
    return this.#engine?.isStale(sensor) ?? false
  }

  /** The clock of a replay starts at its first line. */
  #started(clock: number): AlarmEngine {
    this.#engine ??= new AlarmEngine({ facility: this.#facility, now: clock })
    return this.#engine
  }

  #batchOf({ kind, clock, reading }: ReplayLine & { reading: Reading }): EvidenceBatch {
    const sensor = this.#facility.sensors.get(reading.sensor)
    if (sensor === undefined) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${reading.sensor}"`)
    return {
      gateway: sensor.gateway,
      // Every line is a batch, and none is ever late.
      epoch: '',
      seq: 1,
      offset: 0,
      stepped: false,
      sent: clock,
      fork: null,
      readings: [reading],
      late: [],
      isLive: kind === 'reading',
    }
  }

  #change(engine: AlarmEngine, { alarm, request, clock }: ReplayLine & { kind: 'change' }): Applied {
    try {
      const entry = engine.entry(alarm)
      const file = entry?.sensor.alarms.find(({ id }) => id === alarm)
      if (entry === undefined || file === undefined) throw new CodedError('ALARM_UNKNOWN', alarm)
      const settings = { file, unit: entry.sensor.unit, revisions: this.#revisions.get(alarm) ?? [] }
      const times = { time: clock, sensorTime: engine.sensorTime(alarm, clock) }
      const last = revisionOf(settings, request, times)
      const next = { ...settings, revisions: [...settings.revisions, last] }
      const { record, sensor, order } = entry
      const config = effective(next)
      this.#revisions.set(alarm, next.revisions)
      const what = { event: 'changed', time: clock, from: shownState(record), by: last.by, record } as const
      const changed: Transition = { ...what, facility: this.#facility.id, order, config, sensor }
      const { transitions, touched } = engine.reconfigure(alarm, { config, past: pastOf(next) }, clock)
      return { evaluation: { transitions: [changed, ...transitions], touched } }
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      return { evaluation: engine.advance(clock), refused: error.code }
    }
  }

  #act(engine: AlarmEngine, { alarm, request, clock }: ReplayLine & { kind: 'action' }): Applied {
    try {
      const config = engine.entry(alarm)?.config
      if (config === undefined) throw new CodedError('ALARM_UNKNOWN', alarm)
      return { evaluation: engine.act(alarm, actionInput(request, clock, config), clock) }
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      const evaluation = error instanceof RefusedAction ? error.evaluation : engine.advance(clock)
      return { evaluation, refused: error.code }
    }
  }
}

function* results(evaluation: Evaluation): Generator<ReplayResult> {
  for (const transition of evaluation.transitions) yield resultOf(transition)
}

type Told = Pick<Transition, 'time' | 'config' | 'event' | 'from' | 'record' | 'by'>

function resultOf({ time, config, event, from, record, by }: Told): ReplayResult {
  return {
    time,
    alarm: config.id,
    event,
    state: shownState(record),
    from,
    occurrence: occurrenceId(config.id, record),
    priority: priorityOf(config, record),
    value: record.sample.value,
    quality: record.sample.quality,
    reason: record.sample.reason,
    by,
    firstInGroup: record.firstInGroup,
  }
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid((error as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('a line is a JSON object')
  return value as Record<string, unknown>
}

function invalid(detail: string): CodedError {
  return new CodedError('REQUEST_INVALID', detail)
}
