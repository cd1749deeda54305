import type { Quality } from '../../contracts/quality.ts'
import type { Quarantined } from './letter.ts'

/** A row of the table quarantine with its source. */
export function toQuarantined(row: Record<string, unknown>): Quarantined {
  return {
    id: Number(row.id),
    facility: String(row.facility),
    gateway: String(row.gateway),
    sensor: String(row.sensor),
    epoch: String(row.epoch),
    seq: Number(row.seq),
    position: Number(row.position),
    time: Number(row.time),
    ...(row.value === null ? {} : { value: Number(row.value) }),
    // Only what passed the checks of a reading was written.
    quality: String(row.quality) as Quality,
    ...(row.reason === null ? {} : { reason: String(row.reason) }),
    shift: Number(row.shift),
    isRequeued: Number(row.requeued) === 1,
  }
}
