import type { Discard, DiscardCounter, ReadFailure, ReadOutcome } from './driver.ts'
import {
  type Asked,
  type Discarded,
  discard,
  type Framing,
  isSameRecord,
  matchAt,
  type Scan,
  TOO_MANY,
  worse,
} from './framing.ts'
import { isNoData } from './record-format.ts'

/** Requests given up that are remembered, to know a late answer for what it is. */
const MOST_OVERDUE = 16
const NOTHING = new Uint8Array(0)
/** After these, more bytes that belong to nothing are part of the same trouble. */
const STRETCHES: ReadonlySet<Discard> = new Set(['noise', 'surplus', 'crc', 'short'])

/**
 * The receiving end of a link: puts chunks together, has the framing judge what stands at their front, and
 * counts what is no answer. It does no I/O and knows no time. Its memory is bounded, since every framing
 * decides about a frame of the longest kind.
 */
export class Input {
  readonly #framing: Framing
  readonly #counter: DiscardCounter
  /** Text that is no reply wherever it stands between frames. */
  readonly #ignored: Uint8Array
  readonly #situation = {
    asked: undefined as Asked | undefined,
    last: undefined as Asked | undefined,
    overdue: [] as Asked[],
    old: 0,
    ended: false,
  }
  /** Undecided. */
  #rest: Uint8Array = NOTHING
  #seen: Discarded['failure'] | undefined
  #isInStretch = false
  #isOutOfStep = false
  /** True once a frame was found whole, so that where the next one begins is known. */
  #isAligned = false
  /** True while the rest of a record that was given up for its length may follow. */
  #isTorn = false

  constructor(options: { framing: Framing; counter: DiscardCounter; ignored?: Uint8Array }) {
    this.#framing = options.framing
    this.#counter = options.counter
    this.#ignored = options.ignored ?? NOTHING
  }

  /** Bytes that are undecided. */
  get held(): number {
    return this.#rest.length
  }

  /** True once no further frame can be found: the link has to be closed. */
  get isOutOfStep(): boolean {
    return this.#isOutOfStep
  }

  /** Told right before the request is written: what is there by then cannot be its answer. */
  ask(asked: Asked): void {
    const situation = this.#situation
    this.#flush()
    situation.asked = asked
    situation.last = asked
    situation.old = this.#rest.length
    // Whoever comes in on an instrument that sends by itself may come in the middle of a record.
    const isAmidst = isUnprompted(asked) && !isMarked(asked) && !this.#isAligned
    if (isAmidst || this.#isTorn) situation.old = Math.max(1, situation.old)
    this.#seen = undefined
    this.#isInStretch = false
  }

  /** The answer, as soon as it is whole. */
  receive(chunk: Uint8Array): ReadOutcome | undefined {
    if (this.#isOutOfStep) return undefined
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    return this.#read(bytes)
  }

  /** The time is over. An answer that was hidden by what looked like the head of a longer frame still counts. */
  giveUp(): ReadOutcome {
    const situation = this.#situation
    const heard = this.#framing.keepsPartial ? this.#lookAtRest() : this.#flush()
    if (heard !== undefined) return heard
    const failed: ReadFailure = { kind: this.#seen ?? 'timeout' }
    const { asked } = situation
    situation.asked = undefined
    if (asked !== undefined && !isUnprompted(asked)) {
      situation.overdue.push(asked)
      if (situation.overdue.length > MOST_OVERDUE) situation.overdue.shift()
    }
    return { ok: false, failed }
  }

  /** Judges what is left as if nothing more came. Half a frame stays where the framing cannot do without. */
  #flush(): ReadOutcome | undefined {
    if (this.#framing.keepsPartial || this.#rest.length === 0) return undefined
    this.#situation.ended = true
    const heard = this.#read(this.#rest)
    this.#situation.ended = false
    return heard
  }

  #lookAtRest(): undefined {
    if (this.#rest.length === 0) return
    const scan = this.#framing.scan(this.#rest, 0, this.#situation)
    if (scan.kind === 'wait' && scan.began) this.#seen = worse(this.#seen, 'short-reply')
  }

  #read(bytes: Uint8Array): ReadOutcome | undefined {
    const situation = this.#situation
    let heard: ReadOutcome | undefined
    let at = 0
    while (at < bytes.length) {
      const skipped = this.#skipIgnored(bytes, at)
      if (skipped === undefined) break
      if (skipped > 0) {
        at += skipped
        continue
      }
      const scan = this.#unpierced(bytes, at, this.#framing.scan(bytes, at, situation))
      if (scan.kind === 'wait') break
      if (scan.kind === 'out-of-step') {
        this.#count('noise')
        this.#isOutOfStep = true
        at = bytes.length
        break
      }
      at += scan.length
      if (scan.kind === 'answer') {
        heard = scan.outcome
        this.#answered()
        situation.ended = !this.#framing.keepsPartial
      } else this.#discard(scan, { at, isTrailing: heard !== undefined })
    }
    situation.ended = false
    this.#keep(bytes, at)
    return heard
  }

  /** A copy, since a few bytes would otherwise hold on to a whole chunk. */
  #keep(bytes: Uint8Array, at: number): void {
    if (at > 0) this.#situation.old = Math.max(0, this.#situation.old - at)
    this.#rest = at === bytes.length ? NOTHING : new Uint8Array(bytes.subarray(at))
  }

  /** Length of the text to be skipped at the front; undefined when more bytes have to tell. */
  #skipIgnored(bytes: Uint8Array, at: number): number | undefined {
    const ignored = this.#ignored
    if (ignored.length === 0) return 0
    const match = matchAt(bytes, at, ignored)
    if (match === 'whole') return ignored.length
    return match === 'begun' && !this.#situation.ended ? undefined : 0
  }

  /**
   * Modbus TCP has no checksum: text in the middle of an answer would be read as its data. The data that it
   * has pushed out stand behind the answer, where nothing belongs but the text itself.
   */
  #unpierced(bytes: Uint8Array, from: number, scan: Scan): Scan {
    const ignored = this.#ignored
    if (scan.kind !== 'answer' || ignored.length === 0 || !this.#framing.hasNumberedReplies) return scan
    const end = from + scan.length
    if (end === bytes.length || matchAt(bytes, end, ignored) !== 'none') return scan
    for (let at = from; at < end; at++) {
      if (matchAt(bytes, at, ignored) === 'whole') return discard(TOO_MANY, scan.length)
    }
    return scan
  }

  #answered(): void {
    const situation = this.#situation
    const { asked } = situation
    situation.asked = undefined
    this.#isAligned = true
    this.#isTorn = false
    this.#isInStretch = false
    if (situation.overdue.length > 0 && asked !== undefined && !this.#framing.hasNumberedReplies) {
      // Who answers again has no old answers left.
      situation.overdue = situation.overdue.filter((late) => !isSameSource(late, asked))
    }
  }

  #discard(scan: Extract<Scan, { kind: 'discard' }>, place: { at: number; isTrailing: boolean }): void {
    const { discarded } = scan
    const { asked } = this.#situation
    const kind = discarded.kind === 'noise' && place.isTrailing ? 'surplus' : discarded.kind
    if (scan.isTorn === true) {
      this.#isTorn = true
      this.#situation.old = Math.max(this.#situation.old, place.at + 1)
    } else if (!STRETCHES.has(kind)) {
      this.#isTorn = false
      this.#isAligned = true
    }
    if (asked !== undefined) this.#seen = worse(this.#seen, discarded.failure)
    const isMore = (kind === 'noise' || kind === 'surplus') && this.#isInStretch
    this.#isInStretch = STRETCHES.has(kind)
    if (!isMore) this.#count(kind)
  }

  /** What an instrument sends by itself while nobody listens is no fault. */
  #count(kind: Discard): void {
    const { asked, last } = this.#situation
    const isUnheard = asked === undefined || kind === 'late'
    if (last !== undefined && isUnprompted(last) && isUnheard) return
    this.#counter.discard(kind)
  }
}

function isUnprompted({ request }: Asked): boolean {
  return request.kind === 'record' && request.format.request === undefined
}

/** True when a record shows where it begins. */
function isMarked({ request }: Asked): boolean {
  return request.kind === 'record' && isNoData(request.format.start)
}

function isSameSource(a: Asked, b: Asked): boolean {
  if (a.request.kind !== 'record' && b.request.kind !== 'record') {
    return a.request.unitId === b.request.unitId
  }
  return isSameRecord(a.request, b.request)
}
