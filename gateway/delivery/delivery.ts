import { type Confirm, FIRST_CREDIT } from '../../contracts/wire.ts'
import { type BatchKey, keyOf } from './outbox.ts'

/** Nothing more is handed to the client while it has held a live batch for longer than this. */
export const LIVE_BACKLOG_MS = 2_000
/** Not taken for so long by a broker that lives, a batch is lost: MQTT resends after a reconnect only. */
export const STUCK_MS = 15_000
/** An unconfirmed batch is sent again after this. */
export const RETRANSMIT_MS = 10_000
/** Tries that a server which was confirming others let pass, after which a batch is set aside. */
export const MOST_TRIES = 20
/** A server may grant more, but the client holds what is handed to it in memory. */
const MOST_CREDIT = 64

interface Sent {
  /** Monotonic ms. */
  readonly at: number
  readonly tries: number
  /** Confirms that had been heard when it was sent; infinite when no confirm can be missed any more. */
  readonly heard: number
}

/** A try that a lost connection cut short: due at once, and it does not count against the batch. */
const UNHEARD = { at: Number.NEGATIVE_INFINITY, heard: Number.POSITIVE_INFINITY } as const

/**
 * Decides what is sent next and in which lane, and keeps the books of what is in flight (DESIGN section
 * 5, confirmed delivery). No I/O: the dispatcher tells it what happens and does what it says. Times are
 * monotonic milliseconds.
 */
export class Delivery {
  #isConnected = false
  #needsSnapshot = false
  #credit = FIRST_CREDIT
  #heard = 0
  #refusedReadings = 0
  /** Key: {@link keyOf}. Sent and not confirmed, in this connection or an earlier one. */
  readonly #sent = new Map<string, Sent>()
  /** Keys of {@link keyOf} on the backlog lane that await a confirm. */
  readonly #inFlight = new Set<string>()
  /** Live batches that the client holds, key: {@link keyOf}, value: since when. Oldest first. */
  readonly #held = new Map<string, number>()
  readonly #aside = new Set<string>()

  /** True when the next live batch must be a snapshot: after a connect, a request, or a withheld batch. */
  get needsSnapshot(): boolean {
    return this.#isConnected && this.#needsSnapshot
  }

  /** Batches set aside since no server would confirm them. */
  get setAside(): number {
    return this.#aside.size
  }

  /** Readings that the server refused for good. */
  get refusedReadings(): number {
    return this.#refusedReadings
  }

  connected(): void {
    this.#isConnected = true
    this.#needsSnapshot = true
    this.#credit = FIRST_CREDIT
  }

  disconnected(): void {
    this.#isConnected = false
    this.#held.clear()
    this.#inFlight.clear()
  }

  askSnapshot(): void {
    this.#needsSnapshot = true
  }

  /** The snapshot that was due has been handed over. */
  snapshotSent(): void {
    this.#needsSnapshot = false
  }

  /** False while disconnected, and while the client has held a live batch for more than 2 s. */
  canSendLive(now: number): boolean {
    if (!this.#isConnected) return false
    return this.#heldFor(now) <= LIVE_BACKLOG_MS
  }

  /** True when the connection lives and takes nothing: it is to be replaced. */
  isStuck(now: number): boolean {
    return this.#heldFor(now) > STUCK_MS
  }

  /** A live batch was handed to the client. */
  sentLive(key: BatchKey, now: number): void {
    this.#held.set(keyOf(key), now)
    this.#sent.set(keyOf(key), { at: now, tries: 1, heard: this.#heard })
  }

  /** A new batch waits in the outbox. The live sequence has a hole now: a snapshot is to close it. */
  withheld(): void {
    this.#needsSnapshot = true
  }

  /** The broker has taken a live batch. */
  liveTaken(key: BatchKey): void {
    this.#held.delete(keyOf(key))
  }

  /**
   * What to send on the backlog topic now, oldest first and within the credit. What it returns counts as
   * sent. `outbox` gives every batch that is kept, oldest first.
   */
  takeResends(outbox: Iterable<BatchKey>, now: number): BatchKey[] {
    if (this.#needsSnapshot || !this.canSendLive(now)) return []
    this.#expireInFlight(now)
    const resends: BatchKey[] = []
    for (const key of outbox) {
      if (this.#inFlight.size >= this.#credit) break
      const id = keyOf(key)
      if (this.#inFlight.has(id) || this.#aside.has(id) || this.#held.has(id)) continue
      const sent = this.#sent.get(id)
      if (sent !== undefined && this.#isAwaited(sent, now)) continue
      const tries = this.#triesAfter(sent)
      if (tries > MOST_TRIES) {
        this.#aside.add(id)
        continue
      }
      this.#sent.set(id, { at: now, tries, heard: this.#heard })
      this.#inFlight.add(id)
      resends.push(key)
    }
    return resends
  }

  /** Everything awaited is due again at once: the connection it went over is gone. */
  resendAll(): void {
    this.#inFlight.clear()
    for (const [id, { tries }] of this.#sent) this.#sent.set(id, { ...UNHEARD, tries })
  }

  /** Credit and refusals. What is done with goes by {@link forget}, a request by {@link askSnapshot}. */
  confirmed(confirm: Confirm): void {
    if (confirm.credit !== undefined) this.#credit = Math.min(confirm.credit, MOST_CREDIT)
    if (confirm.seqs.length > 0 || (confirm.refused?.length ?? 0) > 0) this.#heard += 1
    for (const { count } of confirm.refused ?? []) this.#refusedReadings += count
  }

  /** These batches are no longer in the outbox. */
  forget(keys: Iterable<BatchKey>): void {
    for (const key of keys) {
      const id = keyOf(key)
      this.#sent.delete(id)
      this.#inFlight.delete(id)
      this.#held.delete(id)
      this.#aside.delete(id)
    }
  }

  /** How long the client has held the oldest live batch, ms. */
  #heldFor(now: number): number {
    for (const since of this.#held.values()) return now - since
    return 0
  }

  #expireInFlight(now: number): void {
    for (const id of this.#inFlight) {
      const sent = this.#sent.get(id)
      if (sent === undefined || !this.#isAwaited(sent, now)) this.#inFlight.delete(id)
    }
  }

  #isAwaited(sent: Sent, now: number): boolean {
    return now - sent.at < RETRANSMIT_MS
  }

  /** Only a server that confirms others has judged a batch by silence: one that is away has not. */
  #triesAfter(sent: Sent | undefined): number {
    if (sent === undefined) return 1
    return sent.tries + (this.#heard > sent.heard ? 1 : 0)
  }
}
