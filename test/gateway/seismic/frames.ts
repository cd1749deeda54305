/** Frames of an accelerograph as docs/seismic-protocols.md says them, written anew: no code of the gateway is in it. */
export interface GivenFrame {
  station?: number
  sequence?: number
  /** Epoch ms; 0: the instrument does not know. */
  time?: number
  rate?: number
  flags?: number
  samples: readonly (readonly [number, number, number])[]
}

export function frameBytes(given: GivenFrame): Buffer {
  const { station = 1, sequence = 0, time = 0, rate = 100, flags = 1, samples } = given
  const bytes = Buffer.alloc(24 + 12 * samples.length)
  bytes.writeUInt16BE(0xa55a, 0)
  bytes.writeUInt8(1, 2)
  bytes.writeUInt8(flags, 3)
  bytes.writeUInt8(station, 4)
  bytes.writeUInt8(3, 5)
  bytes.writeUInt32BE(sequence, 6)
  bytes.writeUInt32BE(Math.floor(time / 1000), 10)
  bytes.writeUInt32BE(Math.round((time % 1000) * 1000), 14)
  bytes.writeUInt16BE(rate, 18)
  bytes.writeUInt16BE(samples.length, 20)
  for (const [n, axes] of samples.entries())
    for (const [axis, count] of axes.entries()) bytes.writeInt32BE(count, 22 + 12 * n + 4 * axis)
  bytes.writeUInt16LE(crcOf(bytes.subarray(0, -2)), bytes.length - 2)
  return bytes
}

/** Bit by bit, as the polynomial is written. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc
}

/** A sine of so many Gal at 16.7184 counts per Gal on the first axis, half of it on the others. */
export function shaking(
  n: number,
  { gal, from = 0, hz = 5, rate = 100 }: { gal: number; from?: number; hz?: number; rate?: number },
): [number, number, number][] {
  return Array.from({ length: n }, (_, i) => {
    const count = Math.round(gal * 16.7184 * Math.sin((2 * Math.PI * hz * (from + i)) / rate))
    return [count, Math.round(count / 2), Math.round(count / 2) + ((from + i) % 2)]
  })
}
