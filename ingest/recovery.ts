import type { Logger } from '../contracts/logger.ts'
import type { FacilityIntake } from './facility-intake.ts'
import type { Catalogue } from './log/catalogue.ts'
import { LogReader } from './log/log-reader.ts'

/** A facility that comes back to where it was. */
export interface Recovering {
  readonly facility: string
  /** Number of the record of the log at which its checkpoint stands. */
  readonly position: number
  readonly intake: Pick<FacilityIntake, 'replay' | 'clockStepped' | 'intake'>
  readonly alarms: { clockStepped(step: number): void }
}

/** A long replay says now and then how far it is, records. */
const TELL_EVERY = 20_000

/**
 * Evaluates again what came behind the checkpoints: afterwards everything is as it was when the last run
 * ended. Answers with the number of the last record in the log; 0 when there is none behind the checkpoints.
 * @throws CodedError DATA_UNWRITABLE when the log cannot be read at all
 */
export async function replayLog(
  places: readonly Recovering[],
  log: {
    folder: string
    catalogue: Catalogue
    /** What the last run kept of batches that it had evaluated and that may not be in the log. */
    unsynced: (facility: string) => Promise<string | undefined>
    /** Of a log that is being written: its last record that is durable. */
    upTo?: number
    logger: Logger
  },
): Promise<number> {
  const { folder, catalogue, unsynced, upTo, logger } = log
  const after = Math.min(...places.map(({ position }) => position))
  const byFacility = new Map(places.map((place) => [place.facility, place]))
  const reader = new LogReader({ folder, catalogue, after, isWritten: upTo !== undefined })
  reader.allow(upTo ?? Number.MAX_SAFE_INTEGER)
  let count = 0
  try {
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
      const { number, record } = next
      count += 1
      if (count % TELL_EVERY === 0) logger.info({ records: count }, 'replaying the log')
      if (record.kind === 'step') {
        for (const { position, intake, alarms } of places) {
          if (number <= position) continue
          alarms.clockStepped(record.ms)
          intake.clockStepped(record.ms)
        }
        continue
      }
      const place = byFacility.get(record.facility)
      // A facility that is not served any more has its readings stored all the same.
      if (place !== undefined && number > place.position) place.intake.replay(record, number)
    }
  } finally {
    await reader.close()
  }
  for (const { facility, intake, position } of places) {
    const kept = await unsynced(facility)
    if (kept !== undefined) intake.intake.restore(kept, Math.max(position, reader.last))
  }
  const { bytes, records } = reader.damage
  if (bytes > 0 || records > 0)
    logger.error(
      { code: 'DATA_DAMAGED', folder, bytes, records },
      'parts of the log cannot be read: what they held is sent again, or lost',
    )
  if (count > 0) logger.info({ records: count }, 'the log was replayed')
  return reader.last
}
