import type { PolledSensor } from '../../contracts/facility.ts'
import { type Quality, REASONS, type Reason } from '../../contracts/quality.ts'
import type { ReadFailure } from '../drivers/driver.ts'

/** Everything of a reading but whose and when. A bad one may carry no value; nothing invents one. */
export interface Assessment {
  readonly value?: number
  readonly quality: Quality
  readonly reason?: Reason
}

/** What the table of reasons says about a reading with this reason. */
export function qualityOf(reason: Reason): Quality {
  // The exceptions are a family that the table does not list; all of them are bad.
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS].quality : 'bad'
}

/** A reading with a reason, at the quality that the table gives it. */
export function marked(reason: Reason, value?: number): Assessment {
  return { ...(value === undefined ? {} : { value }), quality: qualityOf(reason), reason }
}

/** A read that failed makes every sensor of its block bad, without a value. */
export function assessFailure(failure: ReadFailure): Assessment {
  return marked(failureReason(failure))
}

export function failureReason(failure: ReadFailure): Reason {
  switch (failure.kind) {
    case 'exception':
      return `exception-${failure.code}`
    case 'not-connected':
      return 'comm-lost'
    case 'timeout':
    case 'short-reply':
    case 'crc':
    case 'bad-reply':
      return failure.kind
  }
}

/**
 * The side on which a value lies outside of what the register (raw) and the sensor (its unit) call valid.
 * The reason names the side of the value, since `above-range` raises every `high` alarm: with a falling
 * scale a raw number above its span is a value below.
 */
export function outOfRange(
  sensor: Pick<PolledSensor, 'register' | 'valid'>,
  { raw, value }: { readonly raw: number; readonly value: number },
): 'above-range' | 'below-range' | undefined {
  const { register, valid } = sensor
  const rawSide = sideOf(raw, register.valid)
  const side = rawSide === undefined ? sideOf(value, valid) : rawSide * Math.sign(register.scale)
  if (side === undefined) return undefined
  return side > 0 ? 'above-range' : 'below-range'
}

/** 1 above the span, -1 below it, undefined within it or without one. */
function sideOf(x: number, span: readonly [number, number] | undefined): 1 | -1 | undefined {
  if (span === undefined) return undefined
  if (x > span[1]) return 1
  return x < span[0] ? -1 : undefined
}
