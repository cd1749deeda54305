import { encodeSteim1 } from './steim1.ts'

/** A channel by the names of the SEED manual. */
export interface ChannelName {
  readonly network: string
  readonly station: string
  readonly location: string
  readonly channel: string
}

export const RECORD_BYTES = 512
const DATA_AT = 64
const FRAME_BYTES = 64
const FRAMES = (RECORD_BYTES - DATA_AT) / FRAME_BYTES
const STEIM1 = 10
const BIG_ENDIAN = 1
const QUALITY_CLIPPED = 1 << 1
const QUALITY_TIME_QUESTIONABLE = 1 << 7

export interface RecordHead {
  /** 0 to 999999. */
  readonly number: number
  readonly name: ChannelName
  /** Of the first sample, epoch ms. */
  readonly timeMs: number
  readonly rate: number
  readonly isClipped: boolean
  readonly isSynchronised: boolean
}

/** One miniSEED 2 record of 512 bytes, Steim-1, with as many of the samples as fit. */
export function encodeRecord(
  head: RecordHead,
  samples: Int32Array,
  before: number,
): { bytes: Uint8Array; count: number } {
  const { bytes: data, count } = encodeSteim1(samples, { frames: FRAMES, before })
  const bytes = new Uint8Array(RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  const { network, station, location, channel } = head.name
  const text =
    String(head.number % 1_000_000).padStart(6, '0') +
    'D ' +
    station.padEnd(5) +
    location.padEnd(2) +
    channel.padEnd(3) +
    network.padEnd(2)
  bytes.set(new TextEncoder().encode(text))
  writeTime(view, head.timeMs)
  view.setUint16(30, count)
  view.setInt16(32, head.rate)
  view.setInt16(34, 1)
  view.setUint8(
    38,
    (head.isClipped ? QUALITY_CLIPPED : 0) | (head.isSynchronised ? 0 : QUALITY_TIME_QUESTIONABLE),
  )
  view.setUint8(39, 1)
  view.setUint16(44, DATA_AT)
  view.setUint16(46, 48)
  // Blockette 1000: type, no next one, encoding, byte order, length of the record as a power of two.
  view.setUint16(48, 1_000)
  view.setUint8(52, STEIM1)
  view.setUint8(53, BIG_ENDIAN)
  view.setUint8(54, Math.log2(RECORD_BYTES))
  bytes.set(data, DATA_AT)
  return { bytes, count }
}

/** BTIME: year, day of the year, hour, minute, second, ten thousandths. */
function writeTime(view: DataView, timeMs: number): void {
  const ticks = Math.round(timeMs * 10)
  const date = new Date(Math.floor(ticks / 10))
  const year = date.getUTCFullYear()
  view.setUint16(20, year)
  view.setUint16(22, Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1)
  view.setUint8(24, date.getUTCHours())
  view.setUint8(25, date.getUTCMinutes())
  view.setUint8(26, date.getUTCSeconds())
  view.setUint16(28, ticks - Math.floor(ticks / 10_000) * 10_000)
}
