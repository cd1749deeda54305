import type { Batch } from '../../../contracts/wire.ts'
import type { Ear } from './link.ts'
import { publishEar } from './publish-ear.ts'

/**
 * The snapshots that gateways have sent. A snapshot repeats readings that stand in other batches too: where it
 * was dropped, the gateway rightly counts more readings than are missing.
 */
export class SnapshotBook {
  /** Readings of a snapshot. Key: epoch and seq, with a space between. */
  readonly #readings = new Map<string, number>()

  /** For a connection of a gateway to its broker. */
  listen(): Ear {
    return publishEar((topic, payload) => {
      // Most batches are none, and need not be understood.
      if (!topic.endsWith('/readings') || !payload.includes('"snapshot":true')) return
      const { epoch, seq, readings } = JSON.parse(payload.toString('utf8')) as Batch
      this.#readings.set(`${epoch} ${seq}`, readings.length)
    })
  }

  /** Readings of all snapshots of an epoch within closed ranges. */
  readingsIn(epoch: string, seqs: readonly (readonly [number, number])[]): number {
    let sum = 0
    for (const [key, readings] of this.#readings) {
      const [of, seq] = key.split(' ')
      if (of === epoch && seqs.some(([first, last]) => Number(seq) >= first && Number(seq) <= last))
        sum += readings
    }
    return sum
  }
}
