import type { BatchKey } from '../outbox/outbox.ts'

interface Sample {
  /** When the confirm came, ms of the gateway's clock. */
  readonly at: number
  readonly roundTrip: number
  readonly skew: number
}

/** How long a sample counts: clocks drift apart by milliseconds in it, ms. */
const WINDOW_MS = 600_000
/** Live batches that await their confirm; older ones come back too late to be worth anything. */
const MOST_AWAITED = 100

/**
 * Server clock minus gateway clock, as live batches and their confirms show it: a confirm is taken for written
 * half-way between sending and hearing. That is off by half the round trip at the most, so the shortest one of
 * the last minutes says most.
 */
export class SkewEstimate {
  /** When live batches were sent, ms of the gateway's clock. Key: seq, of one epoch, oldest first. */
  readonly #sent = new Map<number, number>()
  #epoch: string | undefined
  #samples: Sample[] = []

  /** ms; undefined until a confirm has shown it. */
  get value(): number | undefined {
    return this.#samples[0]?.skew
  }

  sent({ epoch, seq }: BatchKey, now: number): void {
    // Another epoch is another clock.
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#sent.clear()
      this.#samples = []
    }
    this.#sent.set(seq, now)
    for (const oldest of this.#sent.keys()) {
      if (this.#sent.size <= MOST_AWAITED) break
      this.#sent.delete(oldest)
    }
  }

  /** A confirm of the server came that was written at `time` of its clock. */
  confirmed(epoch: string, last: number, { time, now }: { time: number; now: number }): void {
    if (epoch !== this.#epoch) return
    const sent = this.#sent.get(last)
    for (const seq of this.#sent.keys()) if (seq <= last) this.#sent.delete(seq)
    if (sent === undefined) return
    const sample = { at: now, roundTrip: now - sent, skew: Math.round(time - (sent + now) / 2) }
    // Kept in order of round trip, and only as long as nothing newer is at least as good.
    this.#samples = [
      ...this.#samples.filter(({ at, roundTrip }) => roundTrip < sample.roundTrip && now - at <= WINDOW_MS),
      sample,
    ]
  }

  /** The connection is gone: whatever is confirmed now was sent again. */
  disconnected(): void {
    this.#sent.clear()
  }
}
