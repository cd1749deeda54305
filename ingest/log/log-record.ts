import type { Ballot } from '../../contracts/analytics/ballot.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Fork } from '../../contracts/evidence-batch.ts'
import { QUALITIES } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Gap } from '../../contracts/wire.ts'

/** A reading as it stands in the log: dated, checked, and judged current or late. */
export interface LoggedReading extends Reading {
  /** Index in its batch. */
  position: number
  /** Something newer of its sensor had been taken before. */
  late: boolean
  /** See SeriesPoint. */
  fold: number
}

/** A batch that was accepted, with everything that evaluation took into account beside it. */
export interface BatchRecord {
  kind: 'batch'
  facility: string
  gateway: string
  epoch: string
  seq: number
  /** Epoch ms of the gateway's clock. */
  sent: number
  /** Added to that for the clock that dates what is new of its epoch, ms: see Datings. */
  shift: number
  /** Readings made in this epoch so far, as the gateway counts them; null when it does not say. */
  total: number | null
  /** Readings in it as it came, refused ones among them. */
  size: number
  /** Epoch ms of the server's clock. */
  arrived: number
  isLive: boolean
  /** See EvidenceBatch. */
  fork: Fork | null
  /** It had been evaluated before, when the log could not take it. */
  again: boolean
  /** Server clock minus the clock of the times, ms. */
  offset: number
  /** That clock was stepped since the batch before. */
  stepped: boolean
  /** When each device last answered, sensor time. Null when that is no evidence. Key: device id. */
  polled: Readonly<Record<string, number>> | null
  /** Losses that it tells of and that were not known. */
  gaps: readonly Gap[]
  readings: readonly LoggedReading[]
  /** What sensors under inhibition hold themselves, where a reading here says `inhibited` instead. */
  beneath?: readonly Reading[]
}

/** The server's own wall clock was stepped by so many ms: what is dated by it moves. */
export interface StepRecord {
  kind: 'step'
  ms: number
}

export type LogRecord = BatchRecord | StepRecord

/** Sensors by number: see Catalogue. */
export interface SensorNumbers {
  /** Key: sensor id. */
  numbersOf(facility: string): ReadonlyMap<string, number>
  sensorOf(number: number): string
}

type Header =
  | (Omit<BatchRecord, 'readings'> & {
      count: number
      reasons: string[]
      folds: boolean
      /** Place of a reading, and who had a say in it. */
      ballots?: (readonly [at: number, Ballot])[]
    })
  | StepRecord

const HEAD_BYTES = 4
const QUALITY_BITS = 0b0011
const VALUE_BIT = 0b0100
const LATE_BIT = 0b1000

/**
 * A record as bytes: the length of its header, the header as JSON, padding to 8 bytes, then the readings in
 * columns, little-endian: times and values (float64), sensors (uint32), positions (uint16), reasons (uint16,
 * only when there are any), marks (uint8), folds (uint8, only when there are any). Some 23 bytes a reading.
 * @throws CodedError INTERNAL for a sensor without a number
 */
export function encodeRecord(record: LogRecord, numbers: SensorNumbers): Buffer {
  if (record.kind === 'step') return withHeader(record, 0).bytes
  const { readings, ...rest } = record
  const reasons = new Map<string, number>()
  let hasFolds = false
  const ballots: [number, Ballot][] = []
  for (const [at, { reason, fold, ballot }] of readings.entries()) {
    if (ballot !== undefined) ballots.push([at, ballot])
    if (reason !== undefined && !reasons.has(reason)) reasons.set(reason, reasons.size + 1)
    if (fold !== 0) hasFolds = true
  }
  const count = readings.length
  const header: Header = {
    ...rest,
    count,
    reasons: [...reasons.keys()],
    folds: hasFolds,
    ...(ballots.length > 0 && { ballots }),
  }
  const layout = layoutOf(header)
  const { bytes, start } = withHeader(header, layout.bytes)
  const columns = columnsOf(bytes, start, layout)
  const known = numbers.numbersOf(record.facility)
  for (let at = 0; at < count; at++) {
    const reading = readings[at]
    if (reading === undefined) continue
    const { sensor, time, value, quality, reason, position, late, fold } = reading
    columns.times[at] = time
    columns.values[at] = value ?? 0
    columns.sensors[at] = numberOf(known, sensor)
    columns.positions[at] = position
    columns.marks[at] =
      QUALITIES.indexOf(quality) | (value === undefined ? 0 : VALUE_BIT) | (late ? LATE_BIT : 0)
    if (reason !== undefined) columns.reasons[at] = reasons.get(reason) ?? 0
    if (hasFolds) columns.folds[at] = fold
  }
  return bytes
}

/** What {@link encodeRecord} gave. @throws CodedError DATA_DAMAGED */
export function decodeRecord(given: Buffer, numbers: Pick<SensorNumbers, 'sensorOf'>): LogRecord {
  // Columns are read as they stand, so they must stand at their width.
  const bytes = given.byteOffset % 8 === 0 ? given : Buffer.from(new Uint8Array(given).buffer)
  try {
    const length = bytes.readUInt32LE(0)
    const header = JSON.parse(bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + length)) as Header
    if (header.kind === 'step') return header
    const { count, reasons, folds: _, ballots = [], ...rest } = header
    const layout = layoutOf(header)
    const columns = columnsOf(bytes, padded(HEAD_BYTES + length), layout)
    const readings: LoggedReading[] = []
    for (let at = 0; at < count; at++) {
      const marks = columns.marks[at] ?? 0
      const reason = reasons[(columns.reasons[at] ?? 0) - 1]
      const reading: LoggedReading = {
        sensor: numbers.sensorOf(columns.sensors[at] ?? 0),
        time: columns.times[at] ?? 0,
        quality: QUALITIES[marks & QUALITY_BITS] ?? 'bad',
        position: columns.positions[at] ?? 0,
        late: (marks & LATE_BIT) !== 0,
        fold: columns.folds[at] ?? 0,
      }
      if ((marks & VALUE_BIT) !== 0) reading.value = columns.values[at] ?? 0
      if (reason !== undefined) reading.reason = reason
      readings.push(reading)
    }
    for (const [at, ballot] of ballots) {
      const reading = readings[at]
      if (reading !== undefined) reading.ballot = ballot
    }
    return { ...rest, readings }
  } catch (error) {
    throw new CodedError('DATA_DAMAGED', `a record of the log cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function numberOf(known: ReadonlyMap<string, number>, sensor: string): number {
  const number = known.get(sensor)
  if (number === undefined) throw new CodedError('INTERNAL', `${sensor} has no number`)
  return number
}

function withHeader(header: Header, columnBytes: number): { bytes: Buffer; start: number } {
  const json = Buffer.from(JSON.stringify(header))
  const start = padded(HEAD_BYTES + json.length)
  const bytes = Buffer.alloc(start + columnBytes)
  bytes.writeUInt32LE(json.length, 0)
  json.copy(bytes, HEAD_BYTES)
  return { bytes, start }
}

interface Layout {
  count: number
  hasReasons: boolean
  hasFolds: boolean
  bytes: number
}

function layoutOf({
  count,
  reasons,
  folds,
}: Pick<Header & { kind: 'batch' }, 'count' | 'reasons' | 'folds'>): Layout {
  const hasReasons = reasons.length > 0
  return { count, hasReasons, hasFolds: folds, bytes: count * (23 + (hasReasons ? 2 : 0) + (folds ? 1 : 0)) }
}

/** Views of the columns, widest first, so that each stands where its width divides its place. */
function columnsOf(bytes: Buffer, start: number, { count, hasReasons, hasFolds }: Layout) {
  const { buffer } = bytes
  let at = bytes.byteOffset + start
  const next = (width: number, isThere = true) => {
    const place = at
    if (isThere) at += width * count
    return [buffer, place, isThere ? count : 0] as const
  }
  return {
    times: new Float64Array(...next(8)),
    values: new Float64Array(...next(8)),
    sensors: new Uint32Array(...next(4)),
    positions: new Uint16Array(...next(2)),
    reasons: new Uint16Array(...next(2, hasReasons)),
    marks: new Uint8Array(...next(1)),
    folds: new Uint8Array(...next(1, hasFolds)),
  }
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8
}
