import { type Answering, type Conduct, HEALTHY } from '../device/conduct.ts'
import type { Block, Outlet } from './digitiser.ts'
import { type ChannelName, encodeRecord, RECORD_BYTES } from './miniseed-record.ts'

/** The numbers of packets begin anew after FFFFFF. */
export const SEQUENCES = 0x1_00_00_00
/** Packets that a server keeps for those who come back: some ten minutes of three channels. */
const KEPT = 2_000
/** What the byte at which a record says its encoding is spoilt with: no such encoding. */
const DAMAGE_AT = 52
const DAMAGE = 0xee

export interface Packet {
  /** Counted from 0 without end; what is sent is modulo {@link SEQUENCES}. */
  readonly number: number
  readonly channel: ChannelName
  readonly record: Uint8Array
}

interface Pending {
  readonly name: ChannelName
  samples: number[]
  before: number
}

/** The last records of one station: a record for each channel and second of samples, or as many as that takes. */
export class RecordArchive implements Outlet, Answering {
  readonly #rate: number
  readonly #pending: readonly Pending[]
  readonly #packets: Packet[] = []
  #next = 0
  /** Of the first pending sample, as the instrument has it. */
  #timeMs = 0
  /** Of the next block, while the instrument does not know the time: it counts from 1970. */
  #unknownMs = 0
  #flags: Pick<Block, 'isClipped' | 'isSynchronised' | 'isDamaged'> = {
    isClipped: false,
    isSynchronised: true,
    isDamaged: false,
  }
  #conduct: Conduct = HEALTHY

  /** `channels` in the order of those of the blocks. */
  constructor(channels: readonly ChannelName[], rate: number) {
    this.#rate = rate
    this.#pending = channels.map((name) => ({ name, samples: [], before: 0 }))
  }

  behave(conduct: Conduct): void {
    this.#conduct = conduct
  }

  get isSilent(): boolean {
    return this.#conduct.isSilent
  }

  /** Number of the packet that comes next. */
  get next(): number {
    return this.#next
  }

  take(block: Block): void {
    const waiting = this.#pending[0]?.samples.length ?? 0
    const timeMs = block.timeMs ?? this.#unknownMs
    if (block.timeMs === undefined) this.#unknownMs += (block.channels[0].length * 1_000) / this.#rate
    const expected = this.#timeMs + (waiting * 1_000) / this.#rate
    // A record has one time: what does not go on where it ended begins another.
    if (waiting > 0 && Math.abs(timeMs - expected) > 500 / this.#rate) this.#flush(1)
    if ((this.#pending[0]?.samples.length ?? 0) === 0) {
      this.#timeMs = timeMs
      this.#flags = block
    } else
      this.#flags = {
        isClipped: this.#flags.isClipped || block.isClipped,
        isSynchronised: this.#flags.isSynchronised && block.isSynchronised,
        isDamaged: this.#flags.isDamaged || block.isDamaged,
      }
    for (const [index, pending] of this.#pending.entries())
      pending.samples.push(...(block.channels[index] ?? []))
    this.#flush(this.#rate)
  }

  /** Packets from a number on that are still kept. */
  from(number: number): readonly Packet[] {
    const first = this.#packets[0]?.number ?? this.#next
    return this.#packets.slice(Math.max(0, number - first))
  }

  /** The number that a sequence of six digits stands for; undefined when its packet is not there any more. */
  numberOf(sequence: number): number | undefined {
    const back = (this.#next - sequence) % SEQUENCES
    const number = this.#next - (back < 0 ? back + SEQUENCES : back)
    return number === this.#next || this.#packets.some((packet) => packet.number === number)
      ? number
      : undefined
  }

  /** Makes records as long as so many samples wait. */
  #flush(least: number): void {
    while ((this.#pending[0]?.samples.length ?? 0) >= least) {
      const length = Math.min(this.#rate, this.#pending[0]?.samples.length ?? 0)
      for (const pending of this.#pending) this.#pack(pending, length)
      this.#timeMs += (length * 1_000) / this.#rate
    }
  }

  #pack(pending: Pending, length: number): void {
    const samples = Int32Array.from(pending.samples.splice(0, length))
    let timeMs = this.#timeMs
    let at = 0
    while (at < length) {
      const head = { number: this.#next, name: pending.name, timeMs, rate: this.#rate, ...this.#flags }
      const { bytes, count } = encodeRecord(head, samples.subarray(at), pending.before)
      if (this.#flags.isDamaged) bytes[DAMAGE_AT] = DAMAGE
      pending.before = samples[at + count - 1] ?? 0
      at += count
      timeMs += (count * 1_000) / this.#rate
      this.#packets.push({ number: this.#next, channel: pending.name, record: bytes })
      this.#next += 1
      if (this.#packets.length > KEPT) this.#packets.shift()
    }
  }
}

/** `SL`, six digits, and the record. */
export function packetBytes({ number, record }: Packet): Uint8Array {
  const head = `SL${(number % SEQUENCES).toString(16).toUpperCase().padStart(6, '0')}`
  const bytes = new Uint8Array(head.length + RECORD_BYTES)
  bytes.set(new TextEncoder().encode(head))
  bytes.set(record, head.length)
  return bytes
}
