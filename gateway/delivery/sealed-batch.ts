import type { Batch } from '../../contracts/wire.ts'
import type { BatchContent } from './batch-packing.ts'
import type { Epoch } from './epoch.ts'
import type { SealedBatch } from './outbox.ts'

/** Gives a batch its identity and its bytes, once and for all. */
export function sealBatch(epoch: Epoch, content: BatchContent, snapshot: boolean): SealedBatch {
  const { readings, polled, gaps } = content
  const times = readings.map((reading) => reading.time)
  // Strictly increasing times may run a few ms ahead of the clock; nothing may be dated after `sent`.
  const sent = Math.max(epoch.now(), ...times)
  const seq = epoch.nextSeq()
  const batch: Batch = {
    epoch: epoch.id,
    seq,
    sent,
    snapshot,
    polled,
    readings,
    gaps,
    clock: epoch.clockState(),
  }
  return {
    epoch: epoch.id,
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
