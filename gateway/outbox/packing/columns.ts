import type { ByteReader, ByteWriter } from './byte-writer.ts'

/** Bytes that a whole number takes in a column. */
const WIDTHS = [0, 1, 2, 4] as const

/**
 * A column of whole numbers of at most 32 bits, in as few bytes each as the largest needs; none at all when
 * every one is 0. All first bytes come first, then all second ones: bytes that are alike stand together, which
 * is what compresses.
 */
export function writeWhole(writer: ByteWriter, numbers: Int32Array): void {
  const width = widthOf(numbers)
  writer.byte(width)
  const planes = writer.reserve(width * numbers.length)
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  shuffle({ bytes, stride: 4, width, count: numbers.length }, planes)
}

export function readWhole(reader: ByteReader, count: number): Int32Array {
  const width = reader.byte()
  if (width > 4) throw new RangeError(`a column of ${width} bytes each`)
  const planes = reader.take(width * count)
  const numbers = new Int32Array(count)
  const bytes = new Uint8Array(numbers.buffer)
  unshuffle(planes, { bytes, stride: 4, width, count })
  // Above the bytes that were left out stands the sign.
  const shift = 32 - 8 * width
  if (width > 0) for (let n = 0; n < count; n++) numbers[n] = ((numbers[n] ?? 0) << shift) >> shift
  return numbers
}

/** A column of floating-point numbers, bytes shuffled likewise. */
export function writeFloats(writer: ByteWriter, numbers: Float32Array | Float64Array): void {
  const width = numbers.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  shuffle({ bytes, stride: width, width, count: numbers.length }, writer.reserve(numbers.byteLength))
}

export function readFloats(reader: ByteReader, numbers: Float32Array | Float64Array): void {
  const width = numbers.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  unshuffle(reader.take(numbers.byteLength), { bytes, stride: width, width, count: numbers.length })
}

/** Whole numbers as their differences, each from the one before; undefined when one needs more than 32 bits. */
export function differences(numbers: Float64Array, first: number): Int32Array | undefined {
  const result = new Int32Array(numbers.length)
  let before = first
  for (let n = 0; n < numbers.length; n++) {
    const number = numbers[n] ?? 0
    const difference = number - before
    if ((difference | 0) !== difference) return undefined
    result[n] = difference
    before = number
  }
  return result
}

/** The inverse of {@link differences}. */
export function sums(steps: Int32Array, first: number): Float64Array {
  const numbers = new Float64Array(steps.length)
  let number = first
  for (let n = 0; n < steps.length; n++) {
    number += steps[n] ?? 0
    numbers[n] = number
  }
  return numbers
}

interface Elements {
  readonly bytes: Uint8Array
  /** Bytes from one element to the next, and how many of them count. */
  readonly stride: number
  readonly width: number
  readonly count: number
}

function shuffle({ bytes, stride, width, count }: Elements, planes: Uint8Array): void {
  for (let byte = 0; byte < width; byte++) {
    const plane = byte * count
    for (let n = 0; n < count; n++) planes[plane + n] = bytes[n * stride + byte] ?? 0
  }
}

function unshuffle(planes: Uint8Array, { bytes, stride, width, count }: Elements): void {
  for (let byte = 0; byte < width; byte++) {
    const plane = byte * count
    for (let n = 0; n < count; n++) bytes[n * stride + byte] = planes[plane + n] ?? 0
  }
}

function widthOf(numbers: Int32Array): number {
  let all = 0
  for (let n = 0; n < numbers.length; n++) {
    const number = numbers[n] ?? 0
    all |= number < 0 ? ~number : number
    if (number !== 0) all |= 1
  }
  if (all === 0) return WIDTHS[0]
  if (all < 0x80) return WIDTHS[1]
  return all < 0x8000 ? WIDTHS[2] : WIDTHS[3]
}
