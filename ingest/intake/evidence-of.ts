import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { BatchRecord } from '../log/log-record.ts'

/** What a batch of the log is to the alarms: the same whether it just came or is replayed. */
export function evidenceOf(record: BatchRecord): EvidenceBatch {
  const { gateway, sent, offset, stepped, fork, isLive, polled } = record
  const readings: Reading[] = []
  const late: Reading[] = []
  // It had been evaluated before it stood in the log.
  if (!record.again) for (const reading of record.readings) (reading.late ? late : readings).push(reading)
  return {
    gateway,
    sent,
    offset,
    stepped,
    fork,
    readings,
    late,
    isLive,
    ...(polled === null ? {} : { polled }),
  }
}
