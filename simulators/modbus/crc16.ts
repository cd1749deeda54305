/** Reflected form of the polynomial x16 + x15 + x2 + 1 (Modbus over serial line, 6.2.2). */
const POLYNOMIAL = 0xa001

/** What a byte does to the remainder. Key: the byte. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >> 1) ^ POLYNOMIAL : remainder >> 1
  return remainder
})

/** The Modbus CRC of bytes from `start` up to `end`; it is sent low byte first. */
export function crc16(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let remainder = 0xffff
  for (let at = start; at < end; at++) {
    remainder = (remainder >> 8) ^ (TABLE[(remainder ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  }
  return remainder
}
