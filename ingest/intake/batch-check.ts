import type { ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import { type DecodedBatch, decodeReading, type Refused } from './batch-decode.ts'
import { type Dating, dated } from './dating.ts'
import type { GatewayWatch } from './gateway-watch.ts'

/** The readings of a batch, sorted by what is to be done with them. */
export interface CheckedBatch {
  /** To be evaluated, in this order. */
  current: Reading[]
  /** To be stored only: something newer of their sensor has been evaluated. */
  late: Reading[]
  /** Index in the batch of every reading that was not refused, with its sensor. */
  accepted: { sensor: string; position: number }[]
  /** Key: code. How many, and what the first one of them was. */
  refused: Map<ErrorCode, { count: number; detail: string }>
}

/** One bad reading does not take down the rest of its batch. Moves the marks of the sensors. */
export function checkBatch(
  batch: DecodedBatch,
  by: { facility: Facility; watch: GatewayWatch; dating: Dating },
): CheckedBatch {
  const checked: CheckedBatch = { current: [], late: [], accepted: [], refused: new Map() }
  const { epoch, seq, sent } = batch
  for (const [position, item] of batch.readings.entries()) {
    const reading = checkReading(item, sent, by)
    if ('code' in reading) {
      const known = checked.refused.get(reading.code)
      if (known === undefined) checked.refused.set(reading.code, { count: 1, detail: reading.detail })
      else known.count += 1
      continue
    }
    const { sensor } = reading
    const isCurrent = by.watch.marks.pass(sensor, epoch, { seq, position })
    checked.accepted.push({ sensor, position })
    if (isCurrent) checked.current.push(reading)
    else checked.late.push(reading)
  }
  return checked
}

function checkReading(
  item: unknown,
  sent: number,
  { facility, watch, dating }: { facility: Facility; watch: GatewayWatch; dating: Dating },
): Reading | Refused {
  const decoded = decodeReading(item, sent)
  if ('code' in decoded) return decoded
  const { sensor } = decoded
  const known = facility.sensors.get(sensor)
  if (known === undefined) return { code: 'SENSOR_UNKNOWN', detail: sensor }
  if (known.gateway !== watch.gateway.id)
    return { code: 'SENSOR_FOREIGN', detail: `${sensor} belongs to ${known.gateway}` }
  const reading = dated(decoded, dating)
  return reading.time < 0 ? { code: 'READING_INVALID', detail: `${sensor}: before 1970` } : reading
}
