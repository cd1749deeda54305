import { crc16 } from '../drivers/crc16.ts'
import { flagsOf, type SampleBlock, timeOf } from './sample-block.ts'

/** One frame of an accelerograph: docs/seismic-protocols.md. */
export interface Frame {
  readonly station: number
  readonly sequence: number
  readonly block: SampleBlock
}

/** Bytes that are no frame, or no good one. */
export interface FrameDiscard {
  readonly kind: 'noise' | 'header' | 'crc'
  readonly bytes: number
}

export interface ParsedFrames {
  /** In the order of the stream. */
  readonly found: readonly (Frame | FrameDiscard)[]
  /** Where the bytes begin that may yet become a frame: they have to come again, with more. */
  readonly rest: number
}

const SYNC = [0xa5, 0x5a] as const
const VERSION = 1
const AXES = 3
const HEADER_BYTES = 22
const SAMPLE_BYTES = 4 * AXES
const CRC_BYTES = 2
const MOST_RATE = 1_000
const MOST_SAMPLES = 512
/** A frame is not longer than this, so that a false one does not hold up the next for long, s. */
const MOST_SECONDS = 2

/** What stands at a place where a sync is: how long it is, or why it is nothing. Undefined: more bytes are needed. */
type Look = { readonly length: number } | { readonly wrong: 'header' | 'crc' } | undefined

/**
 * Finds the frames in what a stream has brought. After what turns out to be none the search goes on at the next
 * sync, within its bytes: a good frame is never lost to a bad one before it.
 */
export function parseFrames(bytes: Uint8Array): ParsedFrames {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: (Frame | FrameDiscard)[] = []
  let at = syncFrom(bytes, 0)
  if (at > 0) found.push({ kind: 'noise', bytes: at })
  while (at < bytes.length) {
    const seen = lookAt(view, at)
    if (seen === undefined) break
    if ('wrong' in seen) {
      const next = syncFrom(bytes, at + 1)
      found.push({ kind: seen.wrong, bytes: next - at })
      at = next
      continue
    }
    found.push(frameAt(view, at))
    at += seen.length
    const next = syncFrom(bytes, at)
    if (next > at) found.push({ kind: 'noise', bytes: next - at })
    at = next
  }
  return { found, rest: at }
}

/** The next place where a sync is, or may begin at the end of the bytes. */
function syncFrom(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(SYNC[0], from); at !== -1; at = bytes.indexOf(SYNC[0], at + 1)) {
    const second = bytes[at + 1]
    if (second === undefined || second === SYNC[1]) return at
  }
  return bytes.length
}

function lookAt(view: DataView, at: number): Look {
  const left = view.byteLength - at
  if (left > 2 && view.getUint8(at + 2) !== VERSION) return { wrong: 'header' }
  if (left > 5 && view.getUint8(at + 5) !== AXES) return { wrong: 'header' }
  if (left < HEADER_BYTES) return undefined
  const rate = view.getUint16(at + 18)
  const samples = view.getUint16(at + 20)
  if (rate < 1 || rate > MOST_RATE || view.getUint32(at + 14) >= 1_000_000) return { wrong: 'header' }
  if (samples < 1 || samples > MOST_SAMPLES || samples > MOST_SECONDS * rate) return { wrong: 'header' }
  const length = HEADER_BYTES + SAMPLE_BYTES * samples + CRC_BYTES
  if (left < length) return undefined
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length)
  const crc = view.getUint16(at + length - CRC_BYTES, true)
  return crc === crc16(bytes, 0, length - CRC_BYTES) ? { length } : { wrong: 'crc' }
}

function frameAt(view: DataView, at: number): Frame {
  const samples = view.getUint16(at + 20)
  const channels = [0, 1, 2].map((axis) => {
    const first = at + HEADER_BYTES + 4 * axis
    return Int32Array.from({ length: samples }, (_, n) => view.getInt32(first + n * SAMPLE_BYTES))
  })
  const [a = new Int32Array(), b = a, c = a] = channels
  return {
    station: view.getUint8(at + 4),
    sequence: view.getUint32(at + 6),
    block: {
      time: timeOf(view.getUint32(at + 10), view.getUint32(at + 14)),
      rate: view.getUint16(at + 18),
      channels: [a, b, c],
      flags: flagsOf(view.getUint8(at + 3)),
    },
  }
}
