import type { ForeignReason } from '../../contracts/facility-words.ts'
import type { ForeignSensor } from '../../contracts/foreign-device.ts'
import { scaled } from '../../contracts/scaled.ts'

/** What a message says about the value of a sensor. */
export type Found =
  /** In the unit of the sensor. */
  | { readonly kind: 'value'; readonly value: number }
  /** The device has none, and says why. */
  | { readonly kind: 'reason'; readonly reason: ForeignReason }
  /** The device did not send it this time. */
  | { readonly kind: 'nothing' }
  /** It is nothing that a value could be; `why` is printable. */
  | { readonly kind: 'refused'; readonly why: string }

/** Digits with a sign, a decimal point and an exponent at most: no blanks, no hexadecimal, no commas. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** Never invents a value: what is not plainly a number, or in the map of the sensor, is refused. */
export function findValue(
  sensor: Pick<ForeignSensor, 'map' | 'isText' | 'scale' | 'offset'>,
  raw: unknown,
): Found {
  if (raw === undefined || raw === null) return { kind: 'nothing' }
  if (typeof raw === 'object') return refused(Array.isArray(raw) ? 'a list' : 'an object')
  const meaning = sensor.map.get(String(raw))
  if (typeof meaning === 'string') return { kind: 'reason', reason: meaning }
  if (meaning !== undefined) return { kind: 'value', value: meaning }
  if (typeof raw === 'boolean') return refused('true or false, which is not in the map')
  if (typeof raw === 'number') return numberOf(sensor, raw)
  if (typeof raw !== 'string' || !sensor.isText) return refused('a text that is not in the map')
  return NUMBER.test(raw) ? numberOf(sensor, Number(raw)) : refused('a text that is no number')
}

function numberOf(slope: Pick<ForeignSensor, 'scale' | 'offset'>, raw: number): Found {
  // JSON writes numbers that no double holds: 1e999 is not infinite, and beyond 2^53 digits are lost.
  if (!Number.isFinite(raw) || (Number.isInteger(raw) && !Number.isSafeInteger(raw)))
    return refused('a number too large to be exact')
  const value = scaled(raw, slope)
  return value === undefined ? refused('a number too large to be scaled') : { kind: 'value', value }
}

function refused(why: string): Found {
  return { kind: 'refused', why }
}
