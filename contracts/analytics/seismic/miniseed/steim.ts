import { CodedError } from '../../../errors.ts'

/** 16 words of 32 bits; the first says what the others hold, two bits for each. */
export const FRAME_BYTES = 64
const WORDS = 16

/** How differences lie in a word. */
interface Packing {
  /** Two bits in the first word of the frame. */
  readonly code: number
  /** The two highest bits of the word itself; undefined where the code says all. */
  readonly nibble: number | undefined
  readonly count: number
  readonly bits: number
}

const BYTES: Packing = { code: 1, nibble: undefined, count: 4, bits: 8 }

/** SEED 2.4, appendix B. Those that hold most first. */
const PACKINGS = {
  steim1: [
    BYTES,
    { code: 2, nibble: undefined, count: 2, bits: 16 },
    { code: 3, nibble: undefined, count: 1, bits: 32 },
  ],
  steim2: [
    { code: 3, nibble: 2, count: 7, bits: 4 },
    { code: 3, nibble: 1, count: 6, bits: 5 },
    { code: 3, nibble: 0, count: 5, bits: 6 },
    BYTES,
    { code: 2, nibble: 3, count: 3, bits: 10 },
    { code: 2, nibble: 2, count: 2, bits: 15 },
    { code: 2, nibble: 1, count: 1, bits: 30 },
  ],
} as const satisfies Record<string, readonly Packing[]>

export type Steim = keyof typeof PACKINGS

/** Greatest difference that Steim 2 holds. */
export const STEIM2_GREATEST = 2 ** 29 - 1

/**
 * Writes as many samples from `first` on as fit and returns how many. A record begins with its first and its last
 * sample, so that whoever reads it can tell whether all came through.
 * @param target whole frames, zero
 */
export function encodeSteim2(samples: Int32Array, first: number, target: DataView): number {
  const frames = Math.floor(target.byteLength / FRAME_BYTES)
  let next = first
  for (let frame = 0; frame < frames && next < samples.length; frame += 1) {
    const at = frame * FRAME_BYTES
    let codes = 0
    for (let word = frame === 0 ? 3 : 1; word < WORDS && next < samples.length; word += 1) {
      const packing = packingFor(samples, next)
      target.setInt32(at + word * 4, pack(samples, next, packing))
      codes |= packing.code << (2 * (WORDS - 1 - word))
      next += packing.count
    }
    target.setInt32(at, codes)
  }
  target.setInt32(4, samples[first] ?? 0)
  target.setInt32(8, samples[next - 1] ?? 0)
  return next - first
}

function packingFor(samples: Int32Array, next: number): Packing {
  const found = PACKINGS.steim2.find(({ count, bits }) => {
    if (next + count > samples.length) return false
    const greatest = 2 ** (bits - 1)
    for (let i = next; i < next + count; i += 1) {
      const difference = differenceAt(samples, i)
      if (difference < -greatest || difference >= greatest) return false
    }
    return true
  })
  if (found === undefined) throw new CodedError('INTERNAL', 'a difference is beyond Steim 2')
  return found
}

function pack(samples: Int32Array, next: number, { nibble, count, bits }: Packing): number {
  let word = nibble ?? 0
  for (let i = next; i < next + count; i += 1) {
    // 7 differences of 4 bits leave two of the 30 bits unused, behind the nibble.
    if (i === next && nibble !== undefined) word <<= 30 - count * bits
    word = (word << bits) | (differenceAt(samples, i) & (2 ** bits - 1))
  }
  return word
}

function differenceAt(samples: Int32Array, i: number): number {
  return i === 0 ? 0 : (samples[i] ?? 0) - (samples[i - 1] ?? 0)
}

/**
 * Reads so many samples.
 * @param source whole frames
 * @throws CodedError MINISEED_INVALID when there are not so many, or the last is not what the record says
 */
export function decodeSteim(
  kind: Steim,
  source: DataView,
  { count, isBigEndian }: { count: number; isBigEndian: boolean },
): Float64Array {
  const samples = new Float64Array(count)
  const word = (at: number) => source.getInt32(at, !isBigEndian)
  const frames = Math.floor(source.byteLength / FRAME_BYTES)
  if (count === 0) return samples
  if (frames === 0) throw new CodedError('MINISEED_INVALID', 'no frame for its samples')
  let found = 0
  let value = word(4)
  for (let frame = 0; frame < frames && found < count; frame += 1) {
    const at = frame * FRAME_BYTES
    const codes = word(at)
    for (let i = frame === 0 ? 3 : 1; i < WORDS && found < count; i += 1) {
      const code = (codes >>> (2 * (WORDS - 1 - i))) & 3
      if (code === 0) continue
      const packed = isBigEndian ? word(at + i * 4) : littleWord(kind, code, source, at + i * 4)
      const { count: held, bits } = packingOf(kind, code, packed)
      for (let d = 0; d < held && found < count; d += 1) {
        const difference = (packed << (32 - (held - d) * bits)) >> (32 - bits)
        // The first difference is from the record before, and its sample stands at the head of this one.
        if (found > 0) value = (value + difference) | 0
        samples[found] = value
        found += 1
      }
    }
  }
  if (found < count) throw new CodedError('MINISEED_INVALID', `${found} samples instead of ${count}`)
  if (value !== word(8)) throw new CodedError('MINISEED_INVALID', `ends with ${value} instead of ${word(8)}`)
  return samples
}

/** Little-endian words swap each number by itself, Steim 2 the word as a whole unless it holds bytes. */
function littleWord(kind: Steim, code: number, source: DataView, at: number): number {
  if (code === BYTES.code) return source.getInt32(at)
  if (kind === 'steim1' && code === 2)
    return (source.getInt16(at, true) << 16) | source.getUint16(at + 2, true)
  return source.getInt32(at, true)
}

function packingOf(kind: Steim, code: number, packed: number): Packing {
  const packings: readonly Packing[] = PACKINGS[kind]
  const found = packings.find(
    (packing) => packing.code === code && (packing.nibble === undefined || packing.nibble === packed >>> 30),
  )
  if (found === undefined) throw new CodedError('MINISEED_INVALID', 'a word of differences of no known kind')
  return found
}
