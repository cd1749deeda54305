// Apart from the schemas of kpi.ts, so that the threads that count need not load them.

/** What a figure is called, in the order in which reports show them. */
export const FIGURE_IDS = [
  'alarmsPerDay',
  'peakDay',
  'alarmsPerHour',
  'peakHour',
  'alarmsPer10Minutes',
  'peak10Minutes',
  'hoursOver30',
  'periodsOver10',
  'timeInFlood',
  'floods',
  'topTenShare',
  'chatteringAlarms',
  'fleetingAlarms',
  'staleOnWorstDay',
  'staleAlarms',
  'standing',
  'unacknowledged',
  'acknowledgeMedian',
  'acknowledgeP90',
  'acknowledgeMax',
  'neverAcknowledged',
  'returnMedian',
  'returnP90',
  'returnMax',
  'shareLow',
  'shareMedium',
  'shareHigh',
  'shareCritical',
  'shelved',
  'suppressed',
  'outOfService',
] as const

/** Ways in which people and rules keep an alarm from being shown. */
export const HIDDEN_KINDS = ['shelved', 'suppressed', 'outOfService'] as const
