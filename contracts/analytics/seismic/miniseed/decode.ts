import { CodedError } from '../../../errors.ts'
import {
  DATA_BLOCKETTE,
  ENCODING,
  EXTENSION_BLOCKETTE,
  FIXED_HEADER_BYTES,
  type MiniseedRecord,
  SAMPLE_RATE_BLOCKETTE,
} from './record.ts'
import { decodeSteim } from './steim.ts'

/** Lengths of a record as blockette 1000 says them: 2^7 to 2^20 bytes. */
const LEAST_EXPONENT = 7
const GREATEST_EXPONENT = 20
/** Years that tell in which byte order the header is. */
const FIRST_YEAR = 1900
const LAST_YEAR = 2100
const MS_PER_DAY = 86_400_000
/** Bit of the activity flags: the time correction is in the time already. */
const IS_CORRECTED = 2

interface Blockettes {
  encoding: number | undefined
  isBigEndian: boolean
  exponent: number
  microseconds: number
  rate: number | undefined
}

/**
 * All records of a file, of any lengths, in its order.
 * @throws CodedError MINISEED_INVALID with the byte where a record is none
 */
export function decodeMiniseed(bytes: Uint8Array): MiniseedRecord[] {
  const records: MiniseedRecord[] = []
  for (let at = 0; at < bytes.length; ) {
    try {
      const record = decodeRecord(bytes.subarray(at))
      records.push(record)
      at += record.length
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      throw new CodedError(error.code, `record at byte ${at}: ${error.detail}`, { cause: error })
    }
  }
  return records
}

/**
 * The record that bytes begin with: Steim 1 and 2, integers of 16 and 32 bits, floats of 32 and 64, of either byte
 * order; blockettes 100 (rate), 1000 (needed) and 1001 (µs) are heeded, others passed over.
 * @throws CodedError MINISEED_INVALID
 */
export function decodeRecord(bytes: Uint8Array): MiniseedRecord {
  if (bytes.length < FIXED_HEADER_BYTES) throw invalid(`${bytes.length} bytes are no header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (at: number, width: number) => String.fromCharCode(...bytes.subarray(at, at + width)).trim()
  const sequence = text(0, 6)
  if (!/^\d{1,6}$/.test(sequence) || !'DRQM'.includes(String.fromCharCode(bytes[6] ?? 0)))
    throw invalid('no data record of miniSEED 2')
  const codes = { station: text(8, 5), location: text(13, 2), channel: text(15, 3), network: text(18, 2) }
  for (const [name, code] of Object.entries(codes))
    if (!/^[\x20-\x7e]*$/.test(code)) throw invalid(`${name} is no text`)
  const isLittle = endOf(view)
  const { encoding, isBigEndian, exponent, microseconds, rate } = blockettesOf(view, isLittle)
  if (encoding === undefined) throw invalid('without blockette 1000: nothing says how it is encoded')
  const length = 2 ** exponent
  if (length > bytes.length) throw invalid(`${bytes.length} bytes of a record of ${length}`)
  const count = view.getUint16(30, isLittle)
  const dataAt = view.getUint16(44, isLittle)
  if (count > 0 && (dataAt < FIXED_HEADER_BYTES || dataAt >= length))
    throw invalid(`its data begins at byte ${dataAt}`)
  const data = new DataView(
    bytes.buffer,
    bytes.byteOffset + (count > 0 ? dataAt : 0),
    count > 0 ? length - dataAt : 0,
  )
  return {
    ...codes,
    sequence: Number(sequence),
    time: timeOf(view, isLittle) + microseconds / 1_000,
    rate: rate ?? rateOf(view.getInt16(32, isLittle), view.getInt16(34, isLittle)),
    samples: samplesOf(encoding, data, { count, isBigEndian }),
    length,
  }
}

/** True when the header is little-endian: the year tells. */
function endOf(view: DataView): boolean {
  const isYear = (year: number) => year >= FIRST_YEAR && year <= LAST_YEAR
  if (isYear(view.getUint16(20))) return false
  if (isYear(view.getUint16(20, true))) return true
  throw invalid('its year is none')
}

function blockettesOf(view: DataView, isLittle: boolean): Blockettes {
  const found: Blockettes = {
    encoding: undefined,
    isBigEndian: true,
    exponent: 0,
    microseconds: 0,
    rate: undefined,
  }
  // Each stands behind the one before, so that the chain has an end whatever the bytes say.
  for (let at = view.getUint16(46, isLittle), least = FIXED_HEADER_BYTES; at !== 0; ) {
    if (at < least || at + 8 > view.byteLength) throw invalid(`a blockette at byte ${at}`)
    const type = view.getUint16(at, isLittle)
    if (type === SAMPLE_RATE_BLOCKETTE) {
      const rate = view.getFloat32(at + 4, isLittle)
      if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) throw invalid('blockette 100 has no rate')
      found.rate = rate
    } else if (type === DATA_BLOCKETTE) {
      found.encoding = view.getUint8(at + 4)
      found.isBigEndian = view.getUint8(at + 5) !== 0
      found.exponent = view.getUint8(at + 6)
      if (found.exponent < LEAST_EXPONENT || found.exponent > GREATEST_EXPONENT)
        throw invalid(`a record of 2^${found.exponent} bytes`)
    } else if (type === EXTENSION_BLOCKETTE) found.microseconds = view.getInt8(at + 5)
    least = at + 4
    at = view.getUint16(at + 2, isLittle)
  }
  return found
}

function timeOf(view: DataView, isLittle: boolean): number {
  const year = view.getUint16(20, isLittle)
  const day = view.getUint16(22, isLittle)
  const [hour, minute, second] = [view.getUint8(24), view.getUint8(25), view.getUint8(26)]
  const tenths = view.getUint16(28, isLittle)
  // A leap second is number 60.
  if (day < 1 || day > 366 || hour > 23 || minute > 59 || second > 60 || tenths > 9_999)
    throw invalid('its time is none')
  const correction = view.getUint8(36) & IS_CORRECTED ? 0 : view.getInt32(40, isLittle)
  const seconds = (hour * 60 + minute) * 60 + second
  return Date.UTC(year, 0, 1) + (day - 1) * MS_PER_DAY + seconds * 1_000 + (tenths + correction) / 10
}

/** Positive: samples per second; negative factor: seconds per sample; a negative multiplier divides. */
function rateOf(factor: number, multiplier: number): number {
  if (factor === 0) return 0
  const rate = factor > 0 ? factor : -1 / factor
  if (multiplier === 0) return rate
  return multiplier > 0 ? rate * multiplier : rate / -multiplier
}

function samplesOf(
  encoding: number,
  data: DataView,
  { count, isBigEndian }: { count: number; isBigEndian: boolean },
): Float64Array {
  const plain = (width: number, read: (at: number) => number) => {
    if (count * width > data.byteLength) throw invalid(`${data.byteLength} bytes of ${count} samples`)
    const samples = Float64Array.from({ length: count }, (_, i) => read(i * width))
    if (!samples.every(Number.isFinite)) throw invalid('a sample is no number')
    return samples
  }
  switch (encoding) {
    case ENCODING.int16:
      return plain(2, (at) => data.getInt16(at, !isBigEndian))
    case ENCODING.int32:
      return plain(4, (at) => data.getInt32(at, !isBigEndian))
    case ENCODING.float32:
      return plain(4, (at) => data.getFloat32(at, !isBigEndian))
    case ENCODING.float64:
      return plain(8, (at) => data.getFloat64(at, !isBigEndian))
    case ENCODING.steim1:
      return decodeSteim('steim1', data, { count, isBigEndian })
    case ENCODING.steim2:
      return decodeSteim('steim2', data, { count, isBigEndian })
    default:
      throw invalid(`encoding ${encoding} is not read`)
  }
}

function invalid(detail: string): CodedError {
  return new CodedError('MINISEED_INVALID', detail)
}
