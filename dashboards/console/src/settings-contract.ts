import type { Priority } from '../../../contracts/facility-schema.ts'

/** What can be changed of an alarm while the plant runs. Durations are texts such as `2s`. */
export interface SettingValues {
  limit: number | null
  deadband: number
  onDelay: string
  offDelay: string
  priority: Priority
}
export type SettingField = keyof SettingValues

export interface SettingRevision {
  revision: number
  time: string
  by: string
  approvedBy: string
  reason: string
  /** How a value that stood against an edited file was settled; null when nothing was. */
  settled: 'file' | 'kept' | null
  changes: Partial<Record<SettingField, readonly [from: unknown, to: unknown]>>
}

/** GET /api/v1/facilities/{f}/alarms/{id}/settings. */
export interface SettingsView {
  alarm: string
  revision: number
  /** What the facility file says. */
  file: SettingValues
  /** What holds. */
  current: SettingValues
  /** The file was edited since: an engineer settles which of the two holds. */
  differs: boolean
  history: readonly SettingRevision[]
}

/** POST .../settings. */
export interface SettingsChange {
  revision: number
  changes: Partial<SettingValues>
  reason: string
  by?: string
  approvedBy: string
}

/** POST .../settings/settle: the value of the file, or the one that was set at run time. */
export interface SettingsSettlement {
  revision: number
  take: 'file' | 'kept'
  reason: string
  by?: string
  approvedBy: string
}
