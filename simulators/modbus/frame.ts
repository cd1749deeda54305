/**
 * Modbus TCP frames, apart from any socket (Modbus Messaging on TCP/IP, section 3.1.3):
 *
 *     transaction  protocol = 0  length        unit    PDU
 *     2 bytes      2 bytes       2 bytes       1 byte  1 to 253 bytes
 *                                counts unit and PDU
 */
export interface Frame {
  /** Echoed by the answer, so that a client can tell answers apart. */
  readonly transaction: number
  readonly unit: number
  readonly pdu: Uint8Array
}

/** What a stretch of the byte stream held. */
export interface Split {
  readonly frames: readonly Frame[]
  /** Beginning of a frame whose end has not come yet; give it again, followed by what comes next. */
  readonly rest: Uint8Array
  /** Whole frames of another protocol, skipped. */
  readonly foreign: number
  /** True when a length cannot be right: nothing after it can be trusted, the connection has to go. */
  readonly isBroken: boolean
}

const HEADER_BYTES = 7
/** Transaction, protocol and length, which the length itself does not count. */
const PREFIX_BYTES = 6
const PDU_MAX_BYTES = 253

/** Cuts a byte stream into frames, however TCP split or merged them. */
export function splitFrames(bytes: Uint8Array): Split {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frames: Frame[] = []
  let foreign = 0
  let start = 0
  while (bytes.length - start >= PREFIX_BYTES) {
    const length = view.getUint16(start + 4)
    // A unit and a function code at the least.
    if (length < 2 || length > 1 + PDU_MAX_BYTES) {
      return { frames, rest: new Uint8Array(0), foreign, isBroken: true }
    }
    const end = start + PREFIX_BYTES + length
    if (end > bytes.length) break
    if (view.getUint16(start + 2) === 0) {
      frames.push({
        transaction: view.getUint16(start),
        unit: view.getUint8(start + 6),
        pdu: copy(bytes, start + HEADER_BYTES, end),
      })
    } else foreign++
    start = end
  }
  return { frames, rest: copy(bytes, start, bytes.length), foreign, isBroken: false }
}

/** Of its own memory: `slice` of a Buffer would hold on to the whole chunk that TCP handed over. */
function copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end))
}

/** The bytes of one frame. */
export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + frame.pdu.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, frame.transaction)
  view.setUint16(4, 1 + frame.pdu.length)
  view.setUint8(6, frame.unit)
  bytes.set(frame.pdu, HEADER_BYTES)
  return bytes
}
