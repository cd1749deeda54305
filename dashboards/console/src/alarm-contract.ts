import type { AlarmView } from '../../../contracts/api.ts'
import type { Priority } from '../../../contracts/facility-schema.ts'
import type { Acknowledging, Bypassing, Shelving } from '../../../contracts/facility-words.ts'

/** What the class of an alarm allows, as the API says it. */
export interface ClassView {
  id: string
  acknowledge: Acknowledging
  shelving: Shelving
  /** A duration such as `24h`. */
  maxShelve: string
  /** Of suppressing by hand and taking out of service. */
  bypass: Bypassing
  lifeSafety: boolean
}

/** Why there is this alarm, and what to do about it; whatever the plant has not written is absent. */
export interface RationalizationView {
  action?: string
  consequence?: string
  causes?: readonly string[]
  confirmation?: string
  /** A duration such as `10m`, counted from when it was raised. */
  respondWithin?: string
  /** Why the set point is where it is. */
  basis?: string
  references?: readonly string[]
  owner?: string
  status?: 'candidate' | 'approved'
  approvedBy?: string
  /** `yyyy-mm-dd`. */
  approvedAt?: string
}

export interface ConfigurationView {
  /** In the unit of the sensor. */
  deadband: number
  /** Durations such as `2s`. */
  onDelay: string
  offDelay: string
  latching: boolean
  onBad: string
  reAlarm: string | null
  rise: readonly { after: string; priority: Priority }[]
  class: ClassView
  suppressWhen: readonly { reason?: string | null }[]
}

/** GET /api/v1/facilities/{f}/alarms/{id}. */
export type AlarmDetail = AlarmView & {
  rationalization: RationalizationView | null
  configuration: ConfigurationView
}
