/** CRC-16 of Modbus over serial line 1.02, 6.2.2: polynomial 0xA001, start 0xFFFF. Index: the low byte. */
const TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa001
  return crc
})

/** Of `bytes` from `from` up to and without `end`. On the wire the low byte goes first. */
export function crc16(bytes: Uint8Array, from: number, end: number): number {
  let crc = 0xffff
  for (let n = from; n < end; n++) crc = (crc >> 8) ^ (TABLE[(crc ^ (bytes[n] ?? 0)) & 0xff] ?? 0)
  return crc
}
