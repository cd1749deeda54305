import type { Batch, ClockState } from '../../contracts/wire.ts'
import type { SealedBatch } from '../outbox/outbox.ts'
import type { BatchContent } from './batch-packing.ts'
import type { Epoch } from './epoch.ts'

/**
 * Gives a batch its identity and its bytes, once and for all. The outbox packs what has these fields in this
 * order; with any others it still works, at several times the size (`outbox/packing/batch-columns.ts`).
 */
export function sealBatch(
  epoch: Epoch,
  content: BatchContent,
  { snapshot, clock }: { snapshot: boolean; clock: ClockState },
): SealedBatch {
  const { readings, polled, gaps } = content
  const times = readings.map((reading) => reading.time)
  // Strictly increasing times may run a few ms ahead of the clock; nothing may be dated after `sent`.
  const sent = Math.max(epoch.now(), ...times)
  const { epoch: id, seq, total } = epoch.number(readings.length)
  const batch: Batch = { epoch: id, seq, sent, total, snapshot, polled, readings, gaps, clock }
  return {
    epoch: id,
    seq,
    payload: ownBytes(JSON.stringify(batch)),
    readings: readings.length,
    from: times.length === 0 ? sent : Math.min(...times),
    to: times.length === 0 ? sent : Math.max(...times),
    gaps,
  }
}

/** UTF-8 in memory of its own: `Buffer.from` gives a slice of a pool, which a kept batch would hold whole. */
function ownBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}
