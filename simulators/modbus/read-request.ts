import type { RegisterTable } from '../../contracts/facility-words.ts'

/** Exception codes this server answers (Modbus Application Protocol, section 7). */
export const EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  gatewayTargetSilent: 11,
} as const

export interface ReadRequest {
  readonly functionCode: number
  readonly table: RegisterTable
  readonly address: number
  readonly count: number
}

export type ParsedRequest =
  | { readonly kind: 'read'; readonly request: ReadRequest }
  | { readonly kind: 'refused'; readonly exception: number }

/** Key: function code. Limits are those of the specification: a reply has to fit 253 bytes. */
const READS: Readonly<Record<number, { table: RegisterTable; limit: number }>> = {
  1: { table: 'coil', limit: 2000 },
  2: { table: 'discrete', limit: 2000 },
  3: { table: 'holding', limit: 125 },
  4: { table: 'input', limit: 125 },
}

/** Reads a request in the order of the specification's state diagrams: function, quantity, address. */
export function parseRequest(pdu: Uint8Array): ParsedRequest {
  const functionCode = pdu[0] ?? 0
  const read = READS[functionCode]
  if (read === undefined) return { kind: 'refused', exception: EXCEPTION.illegalFunction }
  if (pdu.length !== 5) return { kind: 'refused', exception: EXCEPTION.illegalValue }
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength)
  const address = view.getUint16(1)
  const count = view.getUint16(3)
  if (count < 1 || count > read.limit) return { kind: 'refused', exception: EXCEPTION.illegalValue }
  if (address + count > 65_536) return { kind: 'refused', exception: EXCEPTION.illegalAddress }
  return { kind: 'read', request: { functionCode, table: read.table, address, count } }
}

/** Answer to coils and discrete inputs: eight to a byte, the first in the lowest bit. */
export function encodeBits(functionCode: number, bits: readonly boolean[]): Uint8Array {
  const bytes = Math.ceil(bits.length / 8)
  const pdu = new Uint8Array(2 + bytes)
  pdu[0] = functionCode
  pdu[1] = bytes
  for (const [index, bit] of bits.entries()) {
    const at = 2 + (index >> 3)
    if (bit) pdu[at] = (pdu[at] ?? 0) | (1 << (index & 7))
  }
  return pdu
}

/** Answer to registers: high byte first. */
export function encodeRegisters(functionCode: number, words: Uint16Array): Uint8Array {
  const pdu = new Uint8Array(2 + 2 * words.length)
  const view = new DataView(pdu.buffer)
  pdu[0] = functionCode
  pdu[1] = 2 * words.length
  for (const [index, word] of words.entries()) view.setUint16(2 + 2 * index, word)
  return pdu
}

export function encodeException(functionCode: number, exception: number): Uint8Array {
  return Uint8Array.of(functionCode | 0x80, exception)
}
