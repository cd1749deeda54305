/** Frames as a device makes them, written for the tests alone: the bytes share no code with the gateway. */

/** Bit by bit, as Modbus over serial line 1.02, 6.2.2 says it. */
export function crcOf(bytes: Iterable<number>): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc % 2 === 1 ? ((crc - 1) / 2) ^ 0xa001 : crc / 2
  }
  return crc
}

export function rtu(unit: number, ...pdu: number[]): Buffer {
  const crc = crcOf([unit, ...pdu])
  return Buffer.from([unit, ...pdu, crc % 256, Math.floor(crc / 256)])
}

export function mbap(number: number, unit: number, ...pdu: number[]): Buffer {
  const length = pdu.length + 1
  return Buffer.from([number >> 8, number & 255, 0, 0, length >> 8, length & 255, unit, ...pdu])
}

export function ascii(unit: number, ...pdu: number[]): Buffer {
  const total = [unit, ...pdu].reduce((sum, byte) => sum + byte, 0)
  const lrc = (256 - (total % 256)) % 256
  const digits = [unit, ...pdu, lrc].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
  return Buffer.from(`:${digits.join('')}\r\n`)
}

/** NMEA 0183: $, data, *, exclusive or in two digits. */
export function nmea(data: string): Buffer {
  const sum = [...Buffer.from(data)].reduce((all, byte) => all ^ byte, 0)
  return Buffer.from(`$${data}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`)
}
