import type { Clock } from '../../contracts/clock.ts'

/** A start bit, eight data bits, parity or a second stop bit, a stop bit (Modbus over serial line, 2.5.1). */
const BITS_PER_CHARACTER = 11
/** Above this rate the silence between frames is fixed (Modbus over serial line, 2.5.1.1). */
const FIXED_SILENCE_ABOVE_BAUD = 19_200
const FIXED_SILENCE_MS = 1.75
const SILENCE_CHARACTERS = 3.5

/** How long so many characters take on a line, ms. */
export function transmitMs(characters: number, baudRate: number): number {
  return (characters * BITS_PER_CHARACTER * 1_000) / baudRate
}

/** The silence that has to stand between a request and its answer, ms. */
export function silenceMs(baudRate: number): number {
  return baudRate > FIXED_SILENCE_ABOVE_BAUD ? FIXED_SILENCE_MS : transmitMs(SILENCE_CHARACTERS, baudRate)
}

/** Timers fire up to this much late, ms; the rest of a wait goes round the event loop. */
const TIMER_SLACK_MS = 2

/** Resolves at `atMs` of the monotonic clock, within some 0.1 ms; at once when it is past. */
export async function waitUntil(atMs: number, clock: Clock): Promise<void> {
  const coarse = Math.floor(atMs - clock.monotonic() - TIMER_SLACK_MS)
  if (coarse > 0) await new Promise<void>((resolve) => setTimeout(resolve, coarse))
  while (clock.monotonic() < atMs) await new Promise<void>((resolve) => setImmediate(resolve))
}
