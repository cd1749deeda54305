// Modbus over serial line 1.02, section 2.5.1: characters of 11 bits, frames parted by 3.5 of them.
const CHARACTER_BITS = 11
const GAP_CHARACTERS = 3.5
/** Above 19200 bit/s the gap is fixed. */
const FAST_GAP_MS = 1.75
const FAST_BAUD_RATE = 19_200
const REQUEST_BYTES = 8
/** Unit, function, count and CRC; two more for each register. */
const REPLY_BYTES = 5

/** Silence between frames, ms. */
export function gapMs(baudRate: number): number {
  return baudRate > FAST_BAUD_RATE ? FAST_GAP_MS : GAP_CHARACTERS * characterMs(baudRate)
}

/** What reading so many registers takes at best on a serial line with RTU, from devices that answer at once; ms. */
export function pollTimeMs(baudRate: number, registers: number): number {
  return (REQUEST_BYTES + REPLY_BYTES + 2 * registers) * characterMs(baudRate) + 2 * gapMs(baudRate)
}

function characterMs(baudRate: number): number {
  return (CHARACTER_BITS * 1_000) / baudRate
}
