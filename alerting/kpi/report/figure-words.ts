import type { Figure, FigureId, Verdict } from '../../../contracts/kpi.ts'

/** What people call a figure. */
export const FIGURE_TITLES: Readonly<Record<FigureId, string>> = {
  alarmsPerDay: 'Alarms per day, mean',
  peakDay: 'Alarms on the worst day',
  alarmsPerHour: 'Alarms per hour, mean',
  peakHour: 'Alarms in the worst hour',
  alarmsPer10Minutes: 'Alarms per 10 minutes, mean',
  peak10Minutes: 'Most alarms in any 10 minutes',
  hoursOver30: 'Hours with more than 30 alarms',
  periodsOver10: 'Periods of 10 minutes with more than 10 alarms',
  timeInFlood: 'Time in flood',
  floods: 'Alarm floods',
  topTenShare: 'Share of the ten most frequent alarms',
  chatteringAlarms: 'Alarms that chattered',
  fleetingAlarms: 'Alarms that were fleeting',
  staleOnWorstDay: 'Stale alarms on the worst day',
  staleAlarms: 'Alarms that were stale at some time',
  standing: 'Standing alarms at the end',
  unacknowledged: 'Unacknowledged alarms at the end',
  acknowledgeMedian: 'Time to acknowledge, median',
  acknowledgeP90: 'Time to acknowledge, 90 % within',
  acknowledgeMax: 'Time to acknowledge, longest',
  neverAcknowledged: 'Annunciated and not acknowledged by anybody',
  returnMedian: 'Time to return, median',
  returnP90: 'Time to return, 90 % within',
  returnMax: 'Time to return, longest',
  shareLow: 'Priority low',
  shareMedium: 'Priority medium',
  shareHigh: 'Priority high',
  shareCritical: 'Priority critical',
  shelved: 'Shelved alarms at the end',
  suppressed: 'Suppressed alarms at the end',
  outOfService: 'Alarms out of service at the end',
}

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  good: 'good',
  manageable: 'manageable',
  over: 'OVER',
}

/** A value with its unit, as people write it. */
export function valueText({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  if (value === null) return 'none'
  if (unit === 's') return durationText(value * 1_000)
  return unit === '%' ? `${numberText(value)} %` : numberText(value)
}

/** Two decimals where they say something. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return value !== 0 && Math.abs(value) < 0.01
    ? 'under 0.01'
    : value.toFixed(2).replace(/0+$/, '').replace(/\.$/, '')
}

/** Milliseconds in the two largest units: 45 s, 3 min 20 s, 5 h 12 min, 12 d 4 h. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const [minutes, hours, days] = [60, 3_600, 86_400].map((unit) => Math.floor(seconds / unit))
  const parts = (large: number | undefined, name: string, small: number, other: string) =>
    small === 0 ? `${large} ${name}` : `${large} ${name} ${small} ${other}`
  if (days) return parts(days, 'd', (hours ?? 0) % 24, 'h')
  if (hours) return parts(hours, 'h', (minutes ?? 0) % 60, 'min')
  if (minutes) return parts(minutes, 'min', seconds % 60, 's')
  return `${seconds} s`
}

/** Local time of the plant to the minute: 2026-11-21 10:00. */
export function timeText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}
