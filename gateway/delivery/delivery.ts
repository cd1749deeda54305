import { isWithin, type SeqRange } from '../../contracts/seq-ranges.ts'
import { type Confirm, FIRST_CREDIT } from '../../contracts/wire.ts'
import { type BatchKey, keyOf } from '../outbox/outbox.ts'
import { BacklogPace } from './backlog-pace.ts'

/** Nothing more is handed to the client while it has held a live batch for longer than this. */
export const LIVE_BACKLOG_MS = 2_000
/** Not taken for so long by a broker that lives, a batch is lost: MQTT resends after a reconnect only. */
export const STUCK_MS = 15_000
/** An unconfirmed batch is sent again after this. */
export const RETRANSMIT_MS = 10_000
/** How long history waits for the first confirm of a live batch. */
export const MEET_MS = 2_000
/** Tries that a server which was confirming others let pass, after which a batch is set aside. */
export const MOST_TRIES = 20
/** Passed over so often by a server that was confirming others, a batch holds up those behind it no longer. */
const SUSPECT_TRIES = 2
/** A server may grant more, but the client holds what is handed to it in memory. */
const MOST_CREDIT = 64

/** A batch that was sent and is not confirmed. */
interface Sent {
  readonly key: BatchKey
  /** Monotonic ms. */
  readonly at: number
  /** Tries on the backlog lane. */
  readonly tries: number
  /** Confirms that had been heard when it was sent; infinite when no confirm can be missed any more. */
  readonly heard: number
}

/** A try that a lost connection cut short: due at once, and it does not count against the batch. */
const UNHEARD = { at: Number.NEGATIVE_INFINITY, heard: Number.POSITIVE_INFINITY } as const

/**
 * Decides what is sent next and in which lane, and keeps the books of what is in flight (DESIGN section
 * 5, confirmed delivery). No I/O: the dispatcher tells it what happens and does what it says. Times are
 * monotonic milliseconds. What it remembers is what is on its way, never what waits in the outbox.
 */
export class Delivery {
  #isConnected = false
  #needsSnapshot = false
  #credit = FIRST_CREDIT
  #heard = 0
  #refusedReadings = 0
  /** Key: {@link keyOf}. Sent and not confirmed, in this connection or an earlier one; oldest first. */
  readonly #sent = new Map<string, Sent>()
  /** On the backlog lane, chosen or awaiting a confirm. Key: {@link keyOf}. */
  readonly #inFlight = new Map<string, BatchKey>()
  /** Those among them that were not handed to the client yet. Keys of {@link keyOf}. */
  readonly #chosen = new Set<string>()
  /** Live batches that the client holds, key: {@link keyOf}, value: since when. Oldest first. */
  readonly #held = new Map<string, number>()
  /** Set aside. Key: {@link keyOf}. */
  readonly #aside = new Map<string, BatchKey>()
  readonly #pace = new BacklogPace()
  /**
   * A try timed out, and no batch of the backlog lane was confirmed since. Until then they go one at a time: a broker
   * takes batches for a server that is away, and what follows them must not overtake them, since readings that come
   * out of order even among the late are stored and prove nothing.
   */
  #isInDoubt = false
  /**
   * A live batch was confirmed since the connection was made or the server came: history waits a moment for that,
   * so that it meets a server which knows what is newer.
   */
  #isMet = false
  /** Since when it waits for that, monotonic ms. */
  #meetingSince: number | undefined
  /** It has said so: a broker would take batches for nobody. */
  #isServerGone = false

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

  /** Batches that the server may have, or may have soon. */
  *underWay(): Generator<BatchKey> {
    for (const [id, key] of this.#inFlight) if (!this.#sent.has(id)) yield key
    for (const { key } of this.#sent.values()) yield key
  }

  connected(): void {
    this.#isConnected = true
    this.#needsSnapshot = true
    this.#credit = FIRST_CREDIT
  }

  /** What was awaited is due again at once: the connection it went over is gone. */
  disconnected(): void {
    this.#isConnected = false
    this.#held.clear()
    this.#pause()
    this.#pace.reset()
  }

  /** Whoever was to confirm what is under way has gone. */
  #pause(): void {
    for (const id of this.#inFlight.keys()) this.#pace.forget(id)
    this.#inFlight.clear()
    this.#chosen.clear()
    this.#isMet = false
    this.#meetingSince = undefined
    this.#isInDoubt = false
    for (const [id, sent] of this.#sent) this.#sent.set(id, { ...sent, ...UNHEARD })
  }

  /** Nothing goes out on the backlog lane until the server is there again. */
  serverGone(): void {
    this.#isServerGone = true
    this.#pause()
  }

  /** Another server: what the one before was sent and has not confirmed is due at once, in order. */
  serverCame(): void {
    this.#isServerGone = false
    this.#pause()
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
  sentLive({ epoch, seq }: BatchKey, now: number): void {
    const key = { epoch, seq }
    this.#held.set(keyOf(key), now)
    this.#sent.set(keyOf(key), { key, at: now, tries: 0, heard: this.#heard })
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
   * What to send on the backlog topic now, oldest first and within the credit. What it returns is in flight;
   * it is told by {@link sentBacklog} or {@link notSent} what became of it. `outbox` gives every batch that is
   * kept, oldest first; no more of it is walked than is in flight or set aside.
   */
  takeResends(outbox: Iterable<BatchKey>, now: number): BatchKey[] {
    if (this.#needsSnapshot || this.#isServerGone || !this.canSendLive(now)) return []
    this.#meetingSince ??= now
    if (!this.#isMet && now - this.#meetingSince < MEET_MS) return []
    this.#expire(now)
    const resends: BatchKey[] = []
    for (const key of outbox) {
      if (!this.#hasRoom()) break
      const id = keyOf(key)
      if (this.#inFlight.has(id) || this.#aside.has(id)) continue
      const sent = this.#sent.get(id)
      // A live batch on its way: none that is newer may come before it.
      if (this.#held.has(id) || (sent !== undefined && isAwaited(sent, now))) break
      if (sent !== undefined && this.#triesAfter(sent) > MOST_TRIES) {
        this.#aside.set(id, key)
        this.#sent.delete(id)
        continue
      }
      this.#inFlight.set(id, key)
      this.#chosen.add(id)
      resends.push(key)
    }
    return resends
  }

  /** True while a batch that {@link takeResends} gave is still to be sent. */
  isWanted(key: BatchKey): boolean {
    return this.#chosen.has(keyOf(key))
  }

  /** A batch was handed to the client on the backlog lane. */
  sentBacklog(key: BatchKey, now: number): void {
    const id = keyOf(key)
    this.#chosen.delete(id)
    const before = this.#sent.get(id)
    const tries = before === undefined ? 1 : this.#triesAfter(before)
    this.#sent.set(id, { key, at: now, tries, heard: this.#heard })
    this.#pace.sent(id, now)
  }

  /** The broker has taken a batch of the backlog lane. */
  backlogTaken(key: BatchKey, now: number): void {
    this.#pace.taken(keyOf(key), now)
  }

  /** A batch could not be read now: that is no try. */
  notSent(key: BatchKey): void {
    if (this.#chosen.delete(keyOf(key))) this.#inFlight.delete(keyOf(key))
  }

  /** Takes note of credit and refusals, and of what is done with. A request is told by {@link askSnapshot}. */
  confirmed({ epoch, seqs, refused = [], credit }: Confirm): void {
    if (credit !== undefined) this.#credit = Math.min(credit, MOST_CREDIT)
    this.#isServerGone = false
    if (seqs.length > 0 || refused.length > 0) this.#heard += 1
    for (const { count } of refused) this.#refusedReadings += count
    this.forget(epoch, doneIn({ seqs, refused }))
  }

  /** These batches are no longer in the outbox. */
  forget(epoch: string, ranges: readonly SeqRange[]): void {
    const isThere = (key: BatchKey) => key.epoch === epoch && isWithin(ranges, key.seq)
    for (const [id, { key, tries, at }] of this.#sent) {
      if (!isThere(key)) continue
      if (tries === 0 && at !== UNHEARD.at) this.#meet()
      this.#sent.delete(id)
      this.#held.delete(id)
      this.#pace.forget(id)
    }
    for (const keys of [this.#inFlight, this.#aside]) {
      for (const [id, key] of keys) {
        if (!isThere(key)) continue
        if (keys === this.#inFlight && !this.#chosen.has(id)) this.#isInDoubt = false
        keys.delete(id)
        this.#chosen.delete(id)
      }
    }
  }

  #hasRoom(): boolean {
    if (this.#inFlight.size >= this.#credit || !this.#pace.hasRoom(this.#chosen.size)) return false
    return !this.#isInDoubt || [...this.#inFlight.keys()].every((id) => this.#isSuspect(this.#sent.get(id)))
  }

  /** How long the client has held the oldest live batch, ms. */
  #heldFor(now: number): number {
    for (const since of this.#held.values()) return now - since
    return 0
  }

  /**
   * What was not confirmed in time is due again, and all that was sent behind it. A live batch is then as if it had
   * never been sent.
   */
  #expire(now: number): void {
    let isBroken = false
    for (const [id, sent] of this.#sent) {
      if (isAwaited(sent, now) || this.#chosen.has(id)) continue
      isBroken = (this.#inFlight.delete(id) && !this.#isSuspect(sent)) || isBroken
      this.#pace.forget(id)
      if (sent.tries === 0 && !this.#held.has(id)) this.#sent.delete(id)
    }
    if (!isBroken) return
    this.#isInDoubt = true
    this.#goBack()
  }

  /** What was sent before may have met nobody: it goes once more, before what is newer. */
  #meet(): void {
    if (!this.#isMet) this.#goBack()
    this.#isMet = true
  }

  #goBack(): void {
    for (const id of this.#inFlight.keys()) {
      const sent = this.#sent.get(id)
      if (sent === undefined || this.#chosen.has(id)) continue
      this.#inFlight.delete(id)
      this.#pace.forget(id)
      this.#sent.set(id, { ...sent, ...UNHEARD })
    }
  }

  #isSuspect(sent: Sent | undefined): boolean {
    return sent !== undefined && this.#triesAfter(sent) > SUSPECT_TRIES
  }

  /** Only a server that confirms others has judged a batch by silence: one that is away has not. */
  #triesAfter(sent: Sent): number {
    return sent.tries + (this.#heard > sent.heard ? 1 : 0)
  }
}

/** What a confirm is done with; what is refused is done with too: the server keeps it among its dead letters. */
export function doneIn({ seqs, refused = [] }: Pick<Confirm, 'seqs' | 'refused'>): SeqRange[] {
  return [...seqs, ...refused.map(({ seq }): SeqRange => [seq, seq])]
}

function isAwaited(sent: Sent, now: number): boolean {
  return now - sent.at < RETRANSMIT_MS
}
