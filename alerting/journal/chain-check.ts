import {
  type ChainEntry,
  formatHead,
  type Head,
  linkHash,
  recordedOf,
  SEGMENT_ENTRIES,
  type Segment,
} from './chain.ts'
import { startOf, type Verify, wrongSegments } from './segment-check.ts'
import { headClaim } from './signing.ts'

/** A link of the chain as it was found, in the order of n. */
export interface FoundLink {
  n: number
  seq: number
  hash: string
  /** What stands in the journal at `seq`; undefined when nothing does, or nothing that is text. */
  entry: Omit<ChainEntry, 'n' | 'seq'> | undefined
}

export type FlawKind = 'changed' | 'missing' | 'order' | 'stray' | 'segment' | 'signature' | 'anchor'

/** One thing that is wrong. */
export interface Flaw {
  kind: FlawKind
  /** Number in the chain where it was found; null for an entry that is in no chain. */
  n: number | null
  seq: number | null
  /** Of the entry, epoch ms. */
  time: number | null
  detail: string
}

/** A head that was kept where whoever changed the journal could not change it. */
export interface Anchor extends Head {
  /** Of whose journal it is; any, when it does not say. */
  facility?: string
  /** When it was published, epoch ms. */
  time?: number
  signature?: string
}

/** What became of the chain of one facility. */
export interface ChainReport {
  facility: string
  /** Nothing is wrong with what is there. */
  ok: boolean
  /** The first entry that is there; those before it were dropped for their age. */
  from: number
  /** Entries looked at. */
  entries: number
  head: string
  /** Anchors given. */
  anchors: number
  /** The last anchor that the chain goes through: up to there nothing is missing or changed. Null without one. */
  anchored: number | null
  /** Anchors within what was dropped, which cannot be looked at any more. */
  outlived: number
  segments: number
  /** Segments with a signature of the keys given; null when none were given. */
  signed: number | null
  /** How many things are wrong. */
  count: number
  /** The first of them. */
  flaws: Flaw[]
}

export interface ChainCheckOptions {
  facility: string
  segments: readonly Segment[]
  anchors?: readonly Anchor[]
  /** How far an export says of itself that it goes. */
  end?: Head | undefined
  /** Checks signatures. */
  verify?: Verify | undefined
  /** False for a chain that has no segments, since nothing of it is ever dropped. */
  hasSegments?: boolean
}

/** Flaws that are told one by one. */
const MAX_FLAWS = 20

/**
 * Goes along a chain and finds what is not as it was entered, whether it is an entry, a hash or a segment. Holds
 * no more than the segments and the anchors in memory. One changed entry is one flaw: the entries after it are held
 * against the hash that stands beside it, and against the one that it ought to have.
 */
export class ChainCheck {
  readonly #facility: string
  readonly #segments: readonly Segment[]
  /** Key: n of the last entry. */
  readonly #ends: ReadonlyMap<number, Segment>
  readonly #anchors: readonly Anchor[]
  readonly #end: Head | undefined
  readonly #start: Head
  readonly #signed: number | null
  readonly #hasSegments: boolean
  readonly #flaws: Flaw[] = []
  #count = 0
  #entries = 0
  #last: Head & { seq: number }
  /** What the hash of the entry before may be; empty when nothing is known of it. */
  #previous: readonly string[]
  #anchored: number | null = null

  constructor({ facility, segments, anchors = [], end, verify, hasSegments = true }: ChainCheckOptions) {
    this.#hasSegments = hasSegments
    this.#facility = facility
    this.#segments = segments
    this.#ends = new Map(segments.map((segment) => [segment.last, segment]))
    this.#anchors = anchors
    this.#end = end
    this.#start = startOf(segments)
    this.#last = { ...this.#start, seq: 0 }
    this.#previous = [this.#start.hash]
    const { flaws, signed } = wrongSegments(facility, segments, verify)
    for (const flaw of flaws) this.#found(flaw)
    this.#signed = signed
    if (verify !== undefined) for (const anchor of anchors) this.#checkSignature(anchor, verify)
    this.#meet(this.#start, null)
  }

  take(link: FoundLink): void {
    const { n, seq, hash, entry } = link
    // What is left of segments that were given up.
    if (n <= this.#start.n) return
    const time = entry?.time ?? null
    this.#entries += 1
    if (n <= this.#last.n) {
      this.#found({ kind: 'order', n, seq, time, detail: `it comes after entry ${this.#last.n}` })
      return
    }
    if (n > this.#last.n + 1) {
      this.#lacks(this.#last.n + 1, n - 1, 'is not there', 'are not there')
      const begun = this.#segments.find(({ first }) => first === n)
      this.#previous = begun === undefined ? [] : [begun.previous]
    }
    if (seq <= this.#last.seq)
      this.#found({
        kind: 'order',
        n,
        seq,
        time,
        detail: `its seq comes before that of entry ${this.#last.n}`,
      })
    if (entry === undefined) {
      this.#found({ kind: 'missing', n, seq, time, detail: 'it is not in the journal any more' })
      this.#previous = [hash]
    } else this.#compare(link, entry)
    this.#last = { n, hash, seq: Math.max(seq, this.#last.seq) }
    this.#meet({ n, hash }, link)
    this.#close(link)
  }

  /** An entry of the journal that no link leads to. */
  stray(seq: number, time: number): void {
    this.#found({ kind: 'stray', n: null, seq, time, detail: 'it is in the journal and not in its chain' })
  }

  /** Once everything has been taken. */
  report(): ChainReport {
    this.#closeOpenEnd()
    const { n, hash } = this.#last
    return {
      facility: this.#facility,
      ok: this.#count === 0,
      from: this.#start.n + 1,
      entries: this.#entries,
      head: formatHead({ n, hash }),
      anchors: this.#anchors.length,
      anchored: this.#anchored,
      outlived: this.#anchors.filter((anchor) => anchor.n < this.#start.n).length,
      segments: this.#segments.length,
      signed: this.#signed,
      count: this.#count,
      flaws: [...this.#flaws],
    }
  }

  #compare({ n, seq, hash }: FoundLink, entry: NonNullable<FoundLink['entry']>): void {
    const due = this.#previous.map((previous) => linkHash(previous, { ...entry, n, seq }))
    if (due.length === 0 || due.includes(hash)) {
      this.#previous = [hash]
      return
    }
    this.#found({ kind: 'changed', n, seq, time: entry.time, detail: 'it is not as it was entered' })
    this.#previous = [hash, ...due]
  }

  /** Anchors at this place. */
  #meet(head: Head, link: FoundLink | null): void {
    for (const anchor of this.#anchors) {
      if (anchor.n !== head.n) continue
      if (anchor.hash === head.hash) {
        if (this.#count === 0) this.#anchored = head.n
        continue
      }
      const detail = 'up to here the chain is another one than that which the anchor was taken from'
      const at = { seq: link?.seq ?? null, time: link?.entry?.time ?? null }
      this.#found({ kind: 'anchor', n: head.n, ...at, detail })
    }
  }

  #checkSignature({ n, hash, time = Number.NaN, signature }: Anchor, verify: Verify): void {
    if (signature === undefined || Number.isNaN(time)) return
    if (verify(headClaim(this.#facility, { n, hash }, time), signature)) return
    const detail = 'the anchor has a signature of none of the keys'
    this.#found({ kind: 'signature', n, seq: null, time: null, detail })
  }

  /** The segment that ends here. */
  #close({ n, seq, hash, entry }: FoundLink): void {
    const segment = this.#ends.get(n)
    if (segment === undefined) return
    const time = entry?.time ?? null
    if (segment.head !== hash) {
      const detail = `the segment that ends here was sealed with another hash`
      this.#found({ kind: 'segment', n, seq, time, detail })
    }
    const recorded = entry === undefined ? Number.NaN : recordedOf(entry.body)
    if (!Number.isNaN(recorded) && recorded !== segment.sealed) {
      const detail = 'the segment that ends here was not sealed when it says'
      this.#found({ kind: 'segment', n, seq, time, detail })
    }
  }

  /** What ought to come after the last entry that is there. */
  #closeOpenEnd(): void {
    const { n, hash } = this.#last
    const end = this.#end ?? { n, hash }
    const sealed = this.#segments.at(-1)?.last ?? 0
    const told = Math.max(sealed, end.n, ...this.#anchors.map((anchor) => anchor.n))
    if (told > n) this.#lacks(n + 1, told, 'was there once', 'were there once')
    if (end.n < n || (end.n === n && end.hash !== hash)) {
      const detail = `the export says that it ends with ${formatHead(end)}`
      this.#found({ kind: 'order', n, seq: null, time: null, detail })
    }
    if (!this.#hasSegments || n - sealed < SEGMENT_ENTRIES) return
    const detail = `entries ${sealed + 1} to ${sealed + SEGMENT_ENTRIES} are complete and not sealed`
    this.#found({ kind: 'segment', n: sealed + 1, seq: null, time: null, detail })
  }

  #lacks(from: number, to: number, one: string, many: string): void {
    const detail = from === to ? `it ${one}` : `entries ${from} to ${to} ${many}`
    this.#found({ kind: 'missing', n: from, seq: null, time: null, detail })
  }

  #found(flaw: Flaw): void {
    this.#count += 1
    this.#flaws.push(flaw)
    // Segments are looked at before entries; people want to know where it begins.
    this.#flaws.sort((a, b) => placeOf(a) - placeOf(b))
    this.#flaws.splice(MAX_FLAWS)
  }
}

function placeOf({ n }: Flaw): number {
  return n ?? Number.MAX_SAFE_INTEGER
}
