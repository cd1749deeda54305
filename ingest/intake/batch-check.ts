import type { ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { LoggedReading } from '../log/log-record.ts'
import { type DecodedBatch, decodeReading, type Refused } from './batch-decode.ts'
import { dated } from './dating.ts'
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
  /** As it was sent. */
  reading: Reading
  /** To be added to its time, ms. */
  shift: number
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
}

/** One bad reading does not take down the rest of its batch. Moves the marks of the sensors. */
export function checkBatch(batch: DecodedBatch, by: CheckContext): CheckedBatch {
  const checked: CheckedBatch = { readings: [], refused: new Map(), unknown: [] }
  const { epoch, seq, sent } = batch
  const { marks } = by.watch
  const datings = marks.datings(epoch)
  for (let position = 0; position < batch.readings.length; position++) {
    const given = checkReading(batch.readings[position], sent, by)
    if ('code' in given) {
      refuse(checked.refused, given)
      const { unknown: reading } = given
      if (reading !== undefined)
        checked.unknown.push({ position, reading, shift: datings.at(reading.time).shift })
      continue
    }
    const span = datings.at(given.time)
    const { sensor, time, value, quality, reason } = dated(given, span)
    if (time < 0) {
      refuse(checked.refused, { code: 'READING_INVALID', detail: `${sensor}: before 1970` })
      continue
    }
    const late = !marks.pass(sensor, epoch, seq, position)
    const fold = datings.foldOf(time, span)
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
  { facility, watch }: CheckContext,
): Reading | (Refused & { unknown?: Reading }) {
  const reading = decodeReading(item, sent, facility.sensors)
  if ('code' in reading) return reading
  const { sensor } = reading
  const known = facility.sensors.get(sensor)
  if (known === undefined) return { code: 'SENSOR_UNKNOWN', detail: sensor, unknown: reading }
  if (known.gateway !== watch.gateway.id)
    return { code: 'SENSOR_FOREIGN', detail: `${sensor} belongs to ${known.gateway}` }
  // One text for one sensor: what looks for it from here on finds it without comparing letters.
  reading.sensor = known.id
  return reading
}
