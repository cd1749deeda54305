import type { Register, Sensor } from '../contracts/facility.ts'
import type { Quality, Reason } from '../contracts/quality.ts'
import type { Decoded } from './decode.ts'
import type { ReadFailure } from './drivers/driver.ts'

/** Everything of a reading but whose and when. A bad one may carry no value; nothing invents one. */
export interface Assessment {
  readonly value?: number
  readonly quality: Quality
  readonly reason?: Reason
}

/** NAMUR NE 43 currents in mA: measurement within the inner pair, a fault beyond the outer one. */
const NE43 = { failLow: 3.6, driftLow: 3.8, driftHigh: 20.5, failHigh: 21 } as const

/** What a decoded raw number is worth, by the register's and the sensor's own rules. */
export function assess(sensor: Sensor, decoded: Decoded): Assessment {
  if (!decoded.ok) return bad(decoded.reason)
  const { register } = sensor
  const value = scaled(decoded.raw, register)
  if (!Number.isFinite(value)) return bad('not-a-number')
  const current = register.ne43 && assessCurrent(decoded.raw, register.ne43, register.scale)
  if (current?.quality === 'bad') return { ...current, value }
  const outside = outsideOf(decoded.raw, register.valid)
  if (outside !== undefined) return { ...bad(rangeReason(outside, register)), value }
  const beyond = outsideOf(value, sensor.valid)
  if (beyond !== undefined) return { ...bad(beyond === 'above' ? 'above-range' : 'below-range'), value }
  return current === undefined ? { value, quality: 'good' } : { ...current, value }
}

/** A read that failed makes every sensor of its block bad, without a value. */
export function assessFailure(failure: ReadFailure): Assessment {
  switch (failure.kind) {
    case 'exception':
      return bad(`exception-${failure.code}`)
    case 'not-connected':
      return bad('comm-lost')
    case 'timeout':
    case 'short-reply':
    case 'bad-reply':
      return bad(failure.kind)
  }
}

/** Decimal digits that a sum of two products of doubles holds for sure. */
const SURE_DIGITS = 14

/**
 * raw * scale + offset without the noise of binary fractions: 3 * 0.1 is 0.3 and equals a limit of 0.3, and
 * the ends of `to` are not outside of `valid`. A number that is not scaled keeps all its digits.
 */
function scaled(raw: number, { scale, offset }: Register): number {
  if (scale === 1 && offset === 0) return raw
  const value = raw * scale + offset
  const magnitude = Math.max(Math.abs(raw * scale), Math.abs(offset))
  const decimals = SURE_DIGITS - Math.ceil(Math.log10(magnitude))
  // `toFixed` knows 0 to 100 decimals; beyond them there is nothing to round.
  return decimals >= 0 && decimals <= 100 ? Number(value.toFixed(decimals)) : value
}

/** Undefined when the current is a measurement. */
function assessCurrent(
  raw: number,
  [at4, at20]: readonly [number, number],
  scale: number,
): Assessment | undefined {
  const milliamps = 4 + ((raw - at4) * 16) / (at20 - at4)
  if (milliamps > NE43.failHigh) return bad(scale > 0 ? 'ne43-high' : 'below-range')
  if (milliamps < NE43.failLow) return bad(scale > 0 ? 'ne43-low' : 'above-range')
  if (milliamps >= NE43.driftLow && milliamps <= NE43.driftHigh) return undefined
  return { quality: 'uncertain', reason: 'ne43-drift' }
}

function outsideOf(x: number, span: readonly [number, number] | undefined): 'above' | 'below' | undefined {
  if (span === undefined) return undefined
  if (x > span[1]) return 'above'
  return x < span[0] ? 'below' : undefined
}

/**
 * The reason names the side of the value, since `above-range` raises every `high` alarm: with a falling
 * scale a raw number above its span is a value below.
 */
function rangeReason(outside: 'above' | 'below', register: Register): Reason {
  return (outside === 'above') === register.scale > 0 ? 'above-range' : 'below-range'
}

function bad(reason: Reason): Assessment {
  return { quality: 'bad', reason }
}
