import type { Reading } from '../../contracts/reading.ts'
import { BATCH_MAX_BYTES, BATCH_MAX_READINGS, type Gap, type WireReading } from '../../contracts/wire.ts'

/** What one batch carries; the rest of it is identity. */
export interface BatchContent {
  readonly readings: WireReading[]
  readonly polled: Record<string, number>
  readonly gaps: Gap[]
}

/** Room for epoch, seq, sent, clock and the punctuation between. */
const ENVELOPE_BYTES = 1_024

/** On the wire a good quality is left out, and so is a value that is not there. */
export function toWire(reading: Reading): WireReading {
  const { sensor, time, value, quality, reason } = reading
  return {
    sensor,
    time,
    ...(value === undefined ? {} : { value }),
    ...(quality === 'good' ? {} : { quality }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/**
 * Splits what there is into batches of at most 1,000 readings and 256 KiB, in order. `polled` vouches for
 * every sensor that is absent, so it goes last: after all readings that were sampled by then. There is
 * always at least one batch, if an empty one.
 */
export function packBatches(content: {
  readings: readonly WireReading[]
  polled: ReadonlyMap<string, number>
  gaps: readonly Gap[]
}): BatchContent[] {
  const batches: BatchContent[] = []
  let open: BatchContent = { readings: [], polled: {}, gaps: [] }
  let bytes = ENVELOPE_BYTES
  const room = (item: unknown, isFull = false) => {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1
    if (isFull || bytes + size > BATCH_MAX_BYTES) {
      batches.push(open)
      open = { readings: [], polled: {}, gaps: [] }
      bytes = ENVELOPE_BYTES
    }
    bytes += size
  }
  for (const gap of content.gaps) {
    room(gap)
    open.gaps.push(gap)
  }
  for (const reading of content.readings) {
    room(reading, open.readings.length >= BATCH_MAX_READINGS)
    open.readings.push(reading)
  }
  for (const [device, time] of content.polled) {
    room({ [device]: time })
    open.polled[device] = time
  }
  return [...batches, open]
}
