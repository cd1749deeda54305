import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { BatchRecord } from '../log/log-record.ts'

/** What a batch of the log is to the alarms: the same whether it just came or is replayed. */
export function evidenceOf(record: BatchRecord): EvidenceBatch {
  const { gateway, epoch, seq, offset, stepped, fork, isLive, polled } = record
  const sent = record.sent + record.shift
  const readings: Reading[] = []
  const late: Reading[] = []
  // It had been evaluated before it stood in the log.
  if (!record.again) {
    for (const reading of record.readings) {
      if (reading.late) late.push(reading)
      // Dated by a clock that was set back since: no sample is younger than the batch that it comes in.
      else readings.push(reading.time > sent ? { ...reading, time: sent } : reading)
    }
  }
  return {
    gateway,
    epoch,
    seq,
    offset,
    stepped,
    sent,
    fork,
    readings,
    late,
    isLive,
    ...(polled === null ? {} : { polled }),
  }
}
