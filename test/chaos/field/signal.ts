import { levelAt } from './wave.ts'

/**
 * What the registers of a device say: a value that nobody else ever says. It holds the number of the answer it
 * was given in, so that a reading in the database tells which answer it came from, and of which sensor.
 */
export interface Signal {
  readonly type: 'uint32' | 'float64'
  /** Registers of one value. */
  readonly width: 2 | 4
  /** `index` is the place of the sensor in its device; numbers count from 1. */
  valueOf(index: number, number: number): number
  /** Undefined for a value that this sensor never gives. */
  numberOf(index: number, value: number): number | undefined
  write(bytes: Buffer, at: number, value: number): void
}

/** Sensors of one device at the most: what is added to a counted number so that no two sensors say the same. */
export const MOST_SENSORS = 64

/** Counts: the number of the answer, and the sensor in the lowest digits. */
export const COUNT: Signal = {
  type: 'uint32',
  width: 2,
  valueOf: (index, number) => number * MOST_SENSORS + index,
  numberOf: (index, value) => {
    const number = (value - index) / MOST_SENSORS
    return Number.isInteger(number) && number > 0 ? number : undefined
  },
  write: (bytes, at, value) => void bytes.writeUInt32BE(value, at),
}

/** The share of a level that one answer adds: a power of two, so that every sum is exact. */
const STEP = 2 ** -20

/** A level that goes over set points and back; the number of the answer stands behind the point. */
export const WAVE: Signal = {
  type: 'float64',
  width: 4,
  valueOf: (index, number) => levelAt(index, number) + number * STEP,
  numberOf: (index, value) => {
    const number = (value - Math.floor(value)) / STEP
    return Number.isInteger(number) && number > 0 && levelAt(index, number) === Math.floor(value)
      ? number
      : undefined
  },
  write: (bytes, at, value) => void bytes.writeDoubleBE(value, at),
}
