import type { Checksum } from '../../contracts/facility.ts'
import { crc16 } from '../modbus/crc16.ts'

/** What stands behind the data of a record: marker and checksum; nothing for kind none. */
export function checksumOf(data: Uint8Array, { kind, encoding, marker }: Checksum): Uint8Array {
  switch (kind) {
    case 'none':
      return new Uint8Array(0)
    case 'xor':
      return written(
        data.reduce((all, byte) => all ^ byte, 0),
        { bytes: 1, encoding, marker },
      )
    case 'sum':
      return written(data.reduce((all, byte) => all + byte, 0) & 0xff, { bytes: 1, encoding, marker })
    case 'crc16':
      return written(crc16(data), { bytes: 2, encoding, marker })
  }
}

/** Hexadecimal digits with the highest first; in binary the low byte comes first, as in Modbus. */
function written(
  value: number,
  as: { bytes: 1 | 2; encoding: Checksum['encoding']; marker: string },
): Uint8Array {
  const digits = value
    .toString(16)
    .toUpperCase()
    .padStart(2 * as.bytes, '0')
  const sum =
    as.encoding === 'hex'
      ? Buffer.from(digits, 'latin1')
      : Uint8Array.of(value & 0xff, value >> 8).subarray(0, as.bytes)
  return Buffer.concat([Buffer.from(as.marker, 'latin1'), sum])
}
