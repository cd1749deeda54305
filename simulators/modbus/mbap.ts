import { copy, EMPTY, type Frame, type Framing, type Split } from './frame.ts'

/*
 * Modbus TCP (Modbus Messaging on TCP/IP, section 3.1.3):
 *
 *     transaction  protocol = 0  length        unit    PDU
 *     2 bytes      2 bytes       2 bytes       1 byte  1 to 253 bytes
 *                                counts unit and PDU
 */
const HEADER_BYTES = 7
/** Transaction, protocol and length, which the length itself does not count. */
const PREFIX_BYTES = 6
const PDU_MAX_BYTES = 253

export const mbapFraming: Framing = { split, encode, sizeOf, isShared: false }

function split(bytes: Uint8Array): Split {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frames: Frame[] = []
  let foreign = 0
  let start = 0
  while (bytes.length - start >= PREFIX_BYTES) {
    const length = view.getUint16(start + 4)
    // A unit and a function code at the least.
    if (length < 2 || length > 1 + PDU_MAX_BYTES) return { frames, rest: EMPTY, foreign, isBroken: true }
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

function encode(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(sizeOf(frame.pdu))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, frame.transaction)
  view.setUint16(4, 1 + frame.pdu.length)
  view.setUint8(6, frame.unit)
  bytes.set(frame.pdu, HEADER_BYTES)
  return bytes
}

function sizeOf(pdu: Uint8Array): number {
  return HEADER_BYTES + pdu.length
}
