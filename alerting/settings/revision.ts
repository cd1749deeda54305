import type { SettingSteps, SettingValues, Settled } from '../../contracts/alarm-settings.ts'
import type { Condition } from '../../contracts/facility-words.ts'
import type { Unit } from '../../contracts/units.ts'

/**
 * One change of the settings of an alarm at run time: never edited, and the next one stands beside it. Plain data,
 * as it is kept in the state database.
 */
export interface Revision {
  /** Counted from 1 for each alarm. */
  readonly revision: number
  /** From when on it is in force, epoch ms of the server. */
  readonly time: number
  /** The same on the clock that dates the readings of its sensor: late readings are judged by it. */
  readonly sensorTime: number
  readonly by: string
  readonly approvedBy: string
  readonly reason: string
  /** What it did to what was in force. */
  readonly changes: SettingSteps
  /** How a value that stood against an edited file was settled; null: it is a change. */
  readonly settled: Settled | null
  /** All values of run time after it; what is not among them is that of the file. */
  readonly values: Partial<SettingValues>
  /** What the file said of these when they were set or kept. */
  readonly against: Partial<SettingValues>
  /** What limit and deadband are numbers of. */
  readonly basis: Basis
}

export interface Basis {
  readonly when: Condition
  readonly unit: Unit
}
