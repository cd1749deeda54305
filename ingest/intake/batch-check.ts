import type { ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { LoggedReading } from '../log/log-record.ts'
import { type DecodedBatch, decodeReading, type Refused } from './batch-decode.ts'
import { type Dating, dated } from './dating.ts'
import type { GatewayWatch } from './gateway-watch.ts'

/** Readings that were refused for one reason. */
export interface RefusedReadings {
  count: number
  /** What the first one of them was. */
  detail: string
}

/** A reading that may be taken once the facility file knows its sensor. */
export interface UnknownReading {
  position: number
  reading: Reading
}

/** The readings of a batch, sorted by what is to be done with them. */
export interface CheckedBatch {
  /** To be taken, in this order. */
  readings: LoggedReading[]
  /** Key: code. */
  refused: Map<ErrorCode, RefusedReadings>
  /** Those among the refused whose sensor nobody knows. */
  unknown: UnknownReading[]
}

interface CheckContext {
  facility: Facility
  watch: Pick<GatewayWatch, 'gateway' | 'marks'>
  dating: Dating
}

/** One bad reading does not take down the rest of its batch. Moves the marks of the sensors. */
export function checkBatch(batch: DecodedBatch, by: CheckContext): CheckedBatch {
  const checked: CheckedBatch = { readings: [], refused: new Map(), unknown: [] }
  const { epoch, seq, sent } = batch
  const { marks } = by.watch
  for (let position = 0; position < batch.readings.length; position++) {
    const reading = checkReading(batch.readings[position], sent, by)
    if ('code' in reading) {
      refuse(checked.refused, reading)
      if (reading.unknown !== undefined) checked.unknown.push({ position, reading: reading.unknown })
      continue
    }
    const { sensor, time, value, quality, reason } = reading
    const late = !marks.pass(sensor, epoch, seq, position)
    const fold = marks.foldOf(epoch, time)
    const logged: LoggedReading =
      value === undefined
        ? { sensor, time, quality, position, late, fold }
        : { sensor, time, value, quality, position, late, fold }
    if (reason !== undefined) logged.reason = reason
    checked.readings.push(logged)
  }
  return checked
}

function refuse(refused: CheckedBatch['refused'], { code, detail }: Refused): void {
  const known = refused.get(code)
  if (known === undefined) refused.set(code, { count: 1, detail })
  else known.count += 1
}

function checkReading(
  item: unknown,
  sent: number,
  { facility, watch, dating }: CheckContext,
): Reading | (Refused & { unknown?: Reading }) {
  const decoded = decodeReading(item, sent, facility.sensors)
  if ('code' in decoded) return decoded
  const { sensor } = decoded
  const reading = dated(decoded, dating)
  if (reading.time < 0) return { code: 'READING_INVALID', detail: `${sensor}: before 1970` }
  const known = facility.sensors.get(sensor)
  if (known === undefined) return { code: 'SENSOR_UNKNOWN', detail: sensor, unknown: reading }
  if (known.gateway !== watch.gateway.id)
    return { code: 'SENSOR_FOREIGN', detail: `${sensor} belongs to ${known.gateway}` }
  // One text for one sensor: what looks for it from here on finds it without comparing letters.
  reading.sensor = known.id
  return reading
}
