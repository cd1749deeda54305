import { ALARM_ACTIONS, type AlarmEvent, type AlarmState } from '../contracts/alarm.ts'
import { parseDuration } from '../contracts/duration.ts'
import { CodedError, type ErrorCode } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { QUALITIES } from '../contracts/quality.ts'
import type { Reading } from '../contracts/reading.ts'
import { type ActionRequest, actionInput } from './action.ts'
import { AlarmEngine } from './alarm-engine.ts'
import { priorityOf, shownState } from './alarm-record.ts'
import { type Evaluation, occurrenceId, RefusedAction } from './evaluation.ts'

/** A line of input, checked (DESIGN section 3). */
export type ReplayLine =
  | { kind: 'reading'; clock: number; reading: Reading }
  | { kind: 'action'; clock: number; alarm: string; request: ActionRequest }
  | { kind: 'advance'; clock: number }

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
  if (action === undefined) throw invalid(`action must be one of ${ALARM_ACTIONS.join(', ')}`)
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

/** Runs recorded readings and actions through the very engine that runs live, in virtual time. */
export class Replay {
  readonly #facility: Facility
  #engine: AlarmEngine | undefined

  constructor(facility: Facility) {
    this.#facility = facility
  }

  /** What one line did, in order. @throws CodedError SENSOR_UNKNOWN for a sensor that the file has not */
  *feed(line: ReplayLine): Generator<ReplayResult> {
    // The clock of a replay starts at its first line.
    this.#engine ??= new AlarmEngine({ facility: this.#facility, now: line.clock })
    // Advanced first, so that what falls due is told before what the line itself does.
    yield* results(this.#engine.advance(line.clock))
    if (line.kind === 'reading') yield* this.#read(this.#engine, line.reading, line.clock)
    if (line.kind === 'action') yield* this.#act(this.#engine, line)
  }

  *#read(engine: AlarmEngine, reading: Reading, clock: number): Generator<ReplayResult> {
    const sensor = this.#facility.sensors.get(reading.sensor)
    if (sensor === undefined) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${reading.sensor}"`)
    const batch = {
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
      isLive: true,
    }
    yield* results(engine.evaluate(batch, clock))
  }

  *#act(engine: AlarmEngine, line: ReplayLine & { kind: 'action' }): Generator<ReplayResult> {
    try {
      const config = engine.entry(line.alarm)?.config
      if (config === undefined) throw new CodedError('ALARM_UNKNOWN', line.alarm)
      const input = actionInput(line.request, line.clock, config)
      yield* results(engine.act(line.alarm, input, line.clock))
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      if (error instanceof RefusedAction) yield* results(error.evaluation)
      yield { time: line.clock, alarm: line.alarm, refused: error.code }
    }
  }
}

function* results(evaluation: Evaluation): Generator<ReplayResult> {
  for (const { time, config, event, from, record, by } of evaluation.transitions) {
    yield {
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
