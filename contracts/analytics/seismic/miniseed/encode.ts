import { CodedError } from '../../../errors.ts'
import type { Wave } from '../wave.ts'
import {
  type ChannelCodes,
  COUNTS_PER_GAL,
  DATA_BLOCKETTE,
  ENCODING,
  EXTENSION_BLOCKETTE,
  FIXED_HEADER_BYTES,
} from './record.ts'
import { encodeSteim2, STEIM2_GREATEST } from './steim.ts'

const RECORD_BYTES = 512
/** Behind the fixed header and two blockettes of 8 bytes. */
const DATA_AT = 64
const MS_PER_DAY = 86_400_000
/** Rates that are no whole number are written as a fraction with a denominator up to this. */
const GREATEST_DENOMINATOR = 32_767
const LATIN = new TextEncoder()

/** Of a file of three axes. */
export interface MiniseedOptions extends Omit<ChannelCodes, 'channel'> {
  /** Of the axes; default HNN, HNE, HNZ: an accelerometer of 80 to 250 Hz. */
  readonly channels?: readonly [string, string, string]
  /** Default: {@link COUNTS_PER_GAL}. */
  readonly countsPerGal?: number
}

/**
 * A wave as miniSEED 2: records of 512 bytes, big-endian, Steim 2 (or whole integers where it jumps by more than that
 * holds), axis by axis. Integers: samples are rounded to a count.
 * @throws CodedError INTERNAL for codes of a wrong form and samples that no count can hold
 */
export function encodeMiniseed(wave: Wave, options: MiniseedOptions): Uint8Array {
  const { channels = ['HNN', 'HNE', 'HNZ'], countsPerGal = COUNTS_PER_GAL } = options
  const records: Uint8Array[] = []
  for (const [i, axis] of wave.axes.entries()) {
    const codes = { ...options, channel: channels[i] ?? '' }
    const counts = countsOf(axis, countsPerGal)
    records.push(
      ...encodeChannel(counts, { codes, time: wave.time, rate: wave.rate, sequence: records.length + 1 }),
    )
  }
  const file = new Uint8Array(records.length * RECORD_BYTES)
  for (const [i, record] of records.entries()) file.set(record, i * RECORD_BYTES)
  return file
}

/**
 * The records of one channel: of counts, or of floats as they are. `sequence` is that of the first. @throws CodedError INTERNAL for codes of a
 * wrong form
 */
export function encodeChannel(
  counts: Int32Array | Float32Array,
  head: { codes: ChannelCodes; time: number; rate: number; sequence: number },
): Uint8Array[] {
  const { time, rate, sequence } = head
  const isSteim = counts instanceof Int32Array && isSmooth(counts)
  const records: Uint8Array[] = []
  for (let first = 0; first < counts.length; ) {
    const record = new Uint8Array(RECORD_BYTES)
    const data = new DataView(record.buffer, DATA_AT)
    const count = isSteim ? encodeSteim2(counts, first, data) : encodePlain(counts, first, data)
    writeHeader(new DataView(record.buffer), {
      ...head,
      count,
      encoding: isSteim ? ENCODING.steim2 : counts instanceof Int32Array ? ENCODING.int32 : ENCODING.float32,
      sequence: ((sequence + records.length - 1) % 999_999) + 1,
      time: time + (first * 1_000) / rate,
    })
    records.push(record)
    first += count
  }
  return records
}

function countsOf(axis: Float64Array, countsPerGal: number): Int32Array {
  return Int32Array.from(axis, (sample) => {
    const count = Math.round(sample * countsPerGal)
    if (!(Math.abs(count) < 2 ** 31)) throw new CodedError('INTERNAL', `${sample} Gal is no 32-bit count`)
    return count
  })
}

function isSmooth(counts: Int32Array): boolean {
  return counts.every((count, i) => i === 0 || Math.abs(count - (counts[i - 1] ?? 0)) <= STEIM2_GREATEST)
}

function encodePlain(counts: Int32Array | Float32Array, first: number, target: DataView): number {
  const count = Math.min(counts.length - first, Math.floor(target.byteLength / 4))
  for (let i = 0; i < count; i += 1) {
    const value = counts[first + i] ?? 0
    if (counts instanceof Int32Array) target.setInt32(i * 4, value)
    else target.setFloat32(i * 4, value)
  }
  return count
}

/** SEED 2.4, chapter 8: fixed section of the data header, blockettes 1000 and 1001. */
function writeHeader(
  view: DataView,
  head: {
    codes: ChannelCodes
    time: number
    rate: number
    sequence: number
    count: number
    encoding: number
  },
): void {
  const { codes, sequence, count, encoding } = head
  const text = (at: number, value: string, width: number) => {
    if (!/^[A-Z0-9]*$/.test(value) || value.length > width)
      throw new CodedError('INTERNAL', `"${value}" is no code of ${width} capital letters and digits`)
    new Uint8Array(view.buffer).set(LATIN.encode(value.padEnd(width)), at)
  }
  text(0, String(sequence).padStart(6, '0'), 6)
  new Uint8Array(view.buffer).set(LATIN.encode('D '), 6)
  text(8, codes.station, 5)
  text(13, codes.location, 2)
  text(15, codes.channel, 3)
  text(18, codes.network, 2)
  const microseconds = writeTime(view, 20, head.time)
  view.setUint16(30, count)
  const [factor, multiplier] = fractionOf(head.rate)
  view.setInt16(32, factor)
  view.setInt16(34, multiplier)
  view.setUint8(39, 2)
  view.setUint16(44, DATA_AT)
  view.setUint16(46, FIXED_HEADER_BYTES)
  view.setUint16(48, DATA_BLOCKETTE)
  view.setUint16(50, FIXED_HEADER_BYTES + 8)
  view.setUint8(52, encoding)
  view.setUint8(53, 1)
  view.setUint8(54, Math.log2(RECORD_BYTES))
  view.setUint16(56, EXTENSION_BLOCKETTE)
  view.setInt8(61, microseconds)
  view.setUint8(63, (RECORD_BYTES - DATA_AT) / 64)
}

/** Writes a BTIME, which counts 0.1 ms, and returns the µs that are left, -50 to 49. */
function writeTime(view: DataView, at: number, time: number): number {
  const microseconds = Math.round((time - Math.floor(time)) * 1_000)
  const tenths = Math.round(microseconds / 100)
  const whole = Math.floor(time) + Math.floor(tenths / 10)
  const date = new Date(whole)
  view.setUint16(at, date.getUTCFullYear())
  view.setUint16(at + 2, Math.floor((whole - Date.UTC(date.getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1)
  view.setUint8(at + 4, date.getUTCHours())
  view.setUint8(at + 5, date.getUTCMinutes())
  view.setUint8(at + 6, date.getUTCSeconds())
  view.setUint16(at + 8, date.getUTCMilliseconds() * 10 + (tenths % 10))
  return microseconds - tenths * 100
}

/** Factor and multiplier: a negative multiplier divides. */
function fractionOf(rate: number): [number, number] {
  let best: [number, number] = [Math.round(rate), 1]
  for (let divisor = 1; divisor <= GREATEST_DENOMINATOR; divisor += 1) {
    const factor = Math.round(rate * divisor)
    if (factor > GREATEST_DENOMINATOR) break
    if (Math.abs(factor / divisor - rate) < Math.abs(rateOf(best) - rate)) best = [factor, -divisor]
    if (rateOf(best) === rate) break
  }
  return best
}

function rateOf([factor, multiplier]: readonly [number, number]): number {
  return multiplier < 0 ? factor / -multiplier : factor * multiplier
}
