import type { Reading } from '../../contracts/reading.ts'

/** Clocks further apart than this: readings are dated at arrival and uncertain (DESIGN section 5), ms. */
export const MAX_SKEW_MS = 60_000

/** How the times of a batch are to be read. */
export interface Dating {
  /** Added to every time of the batch, ms; 0 unless the gateway's clock cannot be believed. */
  shift: number
  /** Server clock minus the clock of the times that come out, ms. */
  offset: number
}

/** `offset` is the server clock minus the gateway's, ms. */
export function datingOf(offset: number): Dating {
  return Math.abs(offset) > MAX_SKEW_MS ? { shift: offset, offset: 0 } : { shift: 0, offset }
}

/** With a clock more than a minute off, arrival is the better date; the doubt stays with the reading. */
export function dated(reading: Reading, { shift }: Dating): Reading {
  if (shift === 0) return reading
  const time = reading.time + shift
  return reading.quality === 'good'
    ? { ...reading, time, quality: 'uncertain', reason: 'clock' }
    : { ...reading, time }
}
