import type { AlarmOverride } from './alarm-override.ts'
import type { Priority } from './facility-words.ts'

/** What a trial of changed settings compares. Times are epoch ms, durations ms. */
export interface WhatIfWindow {
  /** Inclusive. */
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** Replayed before `from`, so that what stood then is known; nothing of it is counted. */
  readonly warmUpMs: number
}

/** How long an operator who did not act in a replay is taken to need, and why so long. */
export interface AcknowledgePolicy {
  /** Null: nobody acknowledges anything. */
  readonly afterMs: number | null
  /** Given with the command, the median of the journal in the same window, or what is taken where it shows none. */
  readonly source: 'given' | 'journal' | 'default'
}

/**
 * A setting that differs between the two sides; null where a side has no limit. Of an alarm that only one side has, key
 * `alarm` says when it is raised; key `others` says that another facility file differs in more than can be set.
 */
export interface ChangedSetting {
  readonly alarm: string
  readonly key: AlarmOverride['key'] | 'alarm' | 'others'
  readonly file: string | number | boolean | null
  readonly set: string | number | boolean | null
}

/** What operators would have been told on one side. docs/alarm-performance.md says what each figure means. */
export interface WhatIfLoad {
  readonly alarms: number
  readonly peak10Minutes: number
  /** When the peak was reached, ISO 8601; null without any alarm. */
  readonly peakAt: string | null
  readonly floods: number
  /** ms. */
  readonly timeInFlood: number
  /** Active at the end of the window, and shown. */
  readonly standing: number
  readonly unacknowledged: number
  readonly chatteringAlarms: number
  readonly fleetingAlarms: number
  readonly priorities: Readonly<Record<Priority, number>>
}

/** One alarm on one side. */
export interface AlarmLoadRow {
  readonly annunciated: number
  /** Its condition was active for so long within the window, ms; hidden or not. */
  readonly activeMs: number
  /** Times raised and returned while it chattered. */
  readonly chattering: number
  readonly fleeting: number
}

export interface ComparedAlarm {
  readonly alarm: string
  readonly sensorName: string
  readonly area: string
  readonly file: AlarmLoadRow
  readonly set: AlarmLoadRow
}

/** An occurrence that one side has and the other has not. ISO 8601. */
export interface LoneOccurrence {
  readonly alarm: string
  readonly priority: Priority
  readonly raised: string
  /** Null when it stood at the end. */
  readonly returned: string | null
  /** What it was raised on. */
  readonly value: number | null
}

export interface WhatIfReport {
  readonly facility: string
  /** ISO 8601 with the offset of the facility. */
  readonly from: string
  readonly to: string
  readonly warmUpMs: number
  /** In the window and its warm-up. */
  readonly readings: number
  readonly acknowledge: AcknowledgePolicy
  /** Sensors of which the store had nothing for longer than they may be silent. */
  readonly silentSensors: number
  readonly changed: readonly ChangedSetting[]
  readonly file: WhatIfLoad
  readonly set: WhatIfLoad
  /** Those that differ, in order of the larger difference. */
  readonly alarms: readonly ComparedAlarm[]
  readonly disappear: readonly LoneOccurrence[]
  readonly appear: readonly LoneOccurrence[]
}
