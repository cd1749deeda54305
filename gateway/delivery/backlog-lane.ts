import type { Clock } from '../../contracts/clock.ts'
import { type BatchKey, keyOf, type Outbox } from '../outbox/outbox.ts'
import type { Delivery } from './delivery.ts'

interface BacklogLaneOptions {
  readonly outbox: Pick<Outbox, 'keys' | 'payload' | 'fetch'>
  readonly delivery: Delivery
  readonly clock: Clock
  readonly publish: (payload: Buffer, onTaken: () => void) => void
}

/** Sends again what {@link Delivery} says, in that order, though the disk gives it later than the memory. */
export class BacklogLane {
  readonly #options: BacklogLaneOptions
  #queue: BatchKey[] = []
  /** Payloads that came from the disk. Key: {@link keyOf}. */
  readonly #fetched = new Map<string, Buffer>()
  #isFetching = false

  constructor(options: BacklogLaneOptions) {
    this.#options = options
  }

  /** Sends what is due. */
  pump(): void {
    const { outbox, delivery, clock } = this.#options
    this.#queue.push(...delivery.takeResends(outbox.keys(), clock.monotonic()))
    while (true) {
      const [key] = this.#queue
      if (key === undefined) return
      const payload = outbox.payload(key) ?? this.#fetched.get(keyOf(key))
      if (payload === undefined && delivery.isWanted(key)) break
      this.#queue.shift()
      this.#fetched.delete(keyOf(key))
      if (payload !== undefined && delivery.isWanted(key)) this.#send(key, payload)
    }
    void this.#fetch()
  }

  /** The connection is gone: nothing of what was chosen is sent. */
  clear(): void {
    this.#queue = []
    this.#fetched.clear()
  }

  #send(key: BatchKey, payload: Buffer): void {
    const { delivery, clock, publish } = this.#options
    delivery.sentBacklog(key, clock.monotonic())
    publish(payload, () => {
      delivery.backlogTaken(key, clock.monotonic())
      // There may be room for the next one.
      this.pump()
    })
  }

  /** Asks for all that waits, at once. */
  async #fetch(): Promise<void> {
    if (this.#isFetching) return
    const { outbox, delivery } = this.#options
    const keys = this.#queue.filter(
      (key) => outbox.payload(key) === undefined && !this.#fetched.has(keyOf(key)),
    )
    this.#isFetching = true
    const payloads = await outbox.fetch(keys)
    this.#isFetching = false
    const isMissing = new Set<string>()
    for (const [n, key] of keys.entries()) {
      const payload = payloads[n]
      if (payload !== undefined) this.#fetched.set(keyOf(key), payload)
      else isMissing.add(keyOf(key))
    }
    // What the disk does not give now is chosen again later; it is not in flight meanwhile.
    for (const key of this.#queue) if (isMissing.has(keyOf(key))) delivery.notSent(key)
    const isQueued = new Set(this.#queue.map(keyOf))
    for (const id of this.#fetched.keys()) if (!isQueued.has(id)) this.#fetched.delete(id)
    this.#queue = this.#queue.filter((key) => !isMissing.has(keyOf(key)))
    if (this.#queue.length > 0) this.pump()
  }
}
