import type { OutputState, Shows } from './annunciator-schema.ts'
import type { Bus } from './facility.ts'
import type { RegisterTable, WritableTable } from './facility-words.ts'
import { SYSTEM_PREFIX } from './ids.ts'
import type { PolicyMatch } from './notify/plan.ts'

export type { OutputState, Shows } from './annunciator-schema.ts'

/** Outputs on one Modbus module, driven by a program of its own. */
export interface Annunciator {
  readonly id: string
  readonly name: string
  /** The line to its module, with no device on it. */
  readonly bus: Bus
  readonly unitId: number
  readonly refreshMs: number
  readonly isMultiple: boolean
  readonly metrics?: { readonly host: string; readonly port: number }
  /** Who has checked wiring and effect, and when. Without it nothing is written. */
  readonly confirmed?: { readonly by: string; readonly on: string }
  readonly outputs: readonly Output[]
}

export interface Output {
  readonly id: string
  readonly name: string
  readonly register: { readonly table: WritableTable; readonly address: number }
  /** What is written for each state. */
  readonly values: Readonly<Record<OutputState, number>>
  /** The state that it takes while the server is not heard. */
  readonly safe: OutputState
  readonly shows: Shows
  readonly match: PolicyMatch
  readonly flashMs?: number
  /** A horn: quiet for alarms that somebody has silenced. */
  readonly isAudible: boolean
  readonly readback?: Readback
}

export interface Readback {
  readonly table: RegisterTable
  readonly address: number
  /** What it reads in each state. */
  readonly values: Readonly<Record<OutputState, number>>
  readonly afterMs: number
}

/** The system's own sensor: 1 while the annunciator is silent or fails. */
export function annunciatorSensor(id: string): string {
  return `${SYSTEM_PREFIX}${id}.annunciator`
}
