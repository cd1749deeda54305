import type { Register } from '../../contracts/facility.ts'
import { type Reason, reasonRow } from '../../contracts/quality.ts'

/** NAMUR NE 43 currents in mA: measurement within the inner pair, a fault beyond the outer one. */
const NE43 = { failLow: 3.6, driftLow: 3.8, driftHigh: 20.5, failHigh: 21 } as const

/** What a current means: its zone is the reason that it gets once it has lasted. */
type Zone = 'measurement' | 'drift' | Reason

/** What the loop has done so far. Times are monotonic milliseconds. */
export interface LoopState {
  /** A zone out of measurement and drift that has not lasted long enough yet, with its first sample. */
  readonly pending?: { readonly zone: Reason; readonly since: number }
  /** The zone that has; it stays until another has, or until the current is a measurement again. */
  readonly declared?: Reason
}

export type LoopVerdict =
  /** An honest current. */
  | { readonly kind: 'measurement' }
  /** Between measurement and fault: the value may raise, never clear. */
  | { readonly kind: 'drift' }
  /** A fault current that may yet be a disturbance. */
  | { readonly kind: 'pending'; readonly zone: Reason }
  | { readonly kind: 'declared'; readonly zone: Reason }

export const QUIET_LOOP: LoopState = Object.freeze({})

/** A 4-20 mA register; what it needs to tell a current from its raw value and the side of a value. */
export type CurrentRegister = Required<Pick<Register, 'current' | 'scale'>>

/**
 * NAMUR NE 43 with persistence (domain 2.5): a current out of the measurement is declared once it has
 * stayed in one zone for `persistMs`, and a single measurement ends it. A device's own sub-ranges go before
 * the zones of NE 43; those without evidence need not last.
 */
export function judgeCurrent(
  state: LoopState,
  { raw, now }: { readonly raw: number; readonly now: number },
  register: CurrentRegister,
): { readonly state: LoopState; readonly verdict: LoopVerdict } {
  const zone = zoneOf(raw, register)
  if (zone === 'measurement') return { state: QUIET_LOOP, verdict: { kind: 'measurement' } }
  const { declared } = state
  const held = declared === undefined ? {} : { declared }
  if (zone === 'drift')
    return { state: held, verdict: declared === undefined ? { kind: 'drift' } : declaredAs(declared) }
  if (zone === declared) return { state: held, verdict: declaredAs(zone) }
  const since = state.pending?.zone === zone ? state.pending.since : now
  if (now - since >= persistMs(zone, register))
    return { state: { declared: zone }, verdict: declaredAs(zone) }
  return {
    state: { ...held, pending: { zone, since } },
    verdict: declared === undefined ? { kind: 'pending', zone } : declaredAs(declared),
  }
}

/**
 * A sub-range that calls the current a fault or a mode says nothing about the value, so it is believed at
 * once: until it were, -9 % of range would raise `low` alarms (DESIGN section 2).
 */
function persistMs(zone: Reason, { current }: CurrentRegister): number {
  return reasonRow('bad', zone).evidence === 'none' ? 0 : current.persistMs
}

function declaredAs(zone: Reason): LoopVerdict {
  return { kind: 'declared', zone }
}

function zoneOf(raw: number, { current, scale }: CurrentRegister): Zone {
  const [at4, at20] = current.at
  const milliamps = 4 + ((raw - at4) * 16) / (at20 - at4)
  const own = current.subRanges.find(({ from, to }) => milliamps >= from && milliamps < to)
  if (own !== undefined) return own.means
  if (milliamps >= NE43.driftLow && milliamps <= NE43.driftHigh) return 'measurement'
  if (milliamps >= NE43.failLow && milliamps <= NE43.failHigh) return 'drift'
  // Where the value falls with the current, a high current stands for a low value.
  const rises = scale * (at20 - at4) > 0
  if (milliamps > NE43.failHigh) return rises ? 'ne43-high' : 'below-range'
  return rises ? 'ne43-low' : 'above-range'
}
