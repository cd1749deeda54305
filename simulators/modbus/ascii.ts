import { copy, type Frame, type Framing, type Split } from './frame.ts'

/*
 * Modbus ASCII (Modbus over serial line, 2.5.2): every byte as two hexadecimal digits.
 *
 *     :       unit      PDU               LRC       CR LF
 *     1 char  2 chars   2 to 506 chars    2 chars   2 chars
 */
const COLON = 0x3a
const LINE_FEED = 0x0a
const FRAME_MAX_CHARS = 513
/** Colon, unit, LRC, CR and LF. */
const AROUND_PDU_CHARS = 7
/** Unit, function code and LRC. */
const MIN_DIGITS = 6

export const asciiFraming: Framing = { split, encode, sizeOf, damage, isShared: true }

function split(bytes: Uint8Array): Split {
  const frames: Frame[] = []
  let foreign = 0
  let start = 0
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    const frame = frameOf(bytes.subarray(start, end))
    if (frame === undefined) foreign++
    else frames.push(frame)
    start = end + 1
  }
  // A colon begins anew, wherever it comes; what is before it or too long will never be a frame.
  const colon = bytes.lastIndexOf(COLON)
  const kept = colon < start || bytes.length - colon > FRAME_MAX_CHARS ? bytes.length : colon
  if (kept > start) foreign++
  return { frames, rest: copy(bytes, kept, bytes.length), foreign, isBroken: false }
}

/** The frame of a line without its LF; undefined when it is none. */
function frameOf(line: Uint8Array): Frame | undefined {
  const digits = Buffer.from(line.subarray(line.lastIndexOf(COLON) + 1))
    .toString('latin1')
    .replace(/\r$/, '')
  const isHex = /^(?:[0-9A-Fa-f]{2})+$/.test(digits) && digits.length >= MIN_DIGITS
  if (!line.includes(COLON) || !isHex) return undefined
  const message = Buffer.from(digits, 'hex')
  if (lrc(message.subarray(0, -1)) !== message.at(-1)) return undefined
  return { transaction: 0, unit: message[0] ?? 0, pdu: copy(message, 1, message.length - 1) }
}

function encode({ unit, pdu }: Frame): Uint8Array {
  const message = Uint8Array.of(unit, ...pdu)
  const digits = Buffer.from([...message, lrc(message)])
    .toString('hex')
    .toUpperCase()
  return Buffer.from(`:${digits}\r\n`, 'latin1')
}

/** Two's complement of the sum (Modbus over serial line, 6.2.1). */
function lrc(message: Uint8Array): number {
  return -message.reduce((sum, byte) => sum + byte, 0) & 0xff
}

function sizeOf(pdu: Uint8Array): number {
  return AROUND_PDU_CHARS + 2 * pdu.length
}

/** Another last digit of the LRC. */
function damage(bytes: Uint8Array): Uint8Array {
  const at = bytes.length - 3
  return bytes.with(at, bytes[at] === 0x30 ? 0x31 : 0x30)
}
