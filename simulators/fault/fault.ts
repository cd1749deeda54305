import type { FaultKind } from './fault-kinds.ts'
import type { Surplus } from './faulty-wire.ts'

/** What else is said of a fault; what is not said has the default of docs/reference/faults.md. */
export interface FaultParameters {
  /** Of late-answer: after the timeout of the bus. */
  readonly delayMs?: number
  /** Of merged. */
  readonly surplus?: Surplus
  /** The only sensor of the device that has the fault. */
  readonly sensor?: string
  /** Of drift: unit of the sensor per second. */
  readonly rate?: number
  /** Of noise: to either side, in the unit of the sensor. */
  readonly amplitude?: number
  /** Of reboot: how long nothing is answered. */
  readonly silenceMs?: number
}

export interface Fault extends FaultParameters {
  readonly device: string
  readonly kind: FaultKind
}

/** A fault that lasts now. */
export interface ActiveFault {
  readonly fault: Fault
  /** When it began, ms of simulated time. */
  readonly startedMs: number
}

export const DEFAULT_DELAY_MS = 200
export const DEFAULT_SILENCE_MS = 5_000

/** True when the fault is one of all sensors of its device, or of this one. */
export function concerns({ fault }: ActiveFault, sensor: string): boolean {
  return fault.sensor === undefined || fault.sensor === sensor
}
