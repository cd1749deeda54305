import type { AlarmKpi } from '../../../contracts/kpi.ts'
import { FIGURE_TITLES } from './figure-words.ts'

const HEAD = ['section', 'name', 'value', 'unit', 'target', 'verdict'] as const

interface Row {
  section: string
  name: string
  value: number | string | null
  unit?: string
  target?: string | null
  verdict?: string | null
}

/** One row a figure, by RFC 4180. Times are ISO 8601 with the offset of the plant. */
export function kpiCsv(kpi: AlarmKpi): string {
  const lines = [...rowsOf(kpi)].map(({ section, name, value, unit = '', target = '', verdict = '' }) =>
    [section, name, value, unit, target, verdict].map(cell).join(','),
  )
  return [HEAD.join(','), ...lines, ''].join('\r\n')
}

function* rowsOf(kpi: AlarmKpi): Generator<Row> {
  const { annunciated, late } = kpi
  for (const name of ['facility', 'area', 'from', 'to', 'journalSince'] as const)
    yield { section: 'report', name, value: kpi[name] }
  yield { section: 'report', name: 'annunciated', value: annunciated, unit: 'alarms' }
  yield { section: 'report', name: 'late', value: late, unit: 'alarms' }
  for (const { id, value, unit, target, verdict, at } of kpi.figures) {
    yield { section: 'figures', name: FIGURE_TITLES[id], value, unit, target, verdict }
    if (at !== null) yield { section: 'figures', name: `${FIGURE_TITLES[id]}, when`, value: at }
  }
  for (const day of kpi.days) yield* periodRows(`day ${day.date}`, day)
  for (const shift of kpi.shifts) yield* periodRows(`shift ${shift.date} ${shift.shift}`, shift)
  for (const { alarm, count } of kpi.topTen)
    yield { section: 'most frequent', name: alarm, value: count, unit: 'alarms' }
  for (const { alarm, cycles } of kpi.chattering)
    yield { section: 'chattering', name: alarm, value: cycles, unit: 'cycles' }
  for (const { alarm, count } of kpi.fleeting)
    yield { section: 'fleeting', name: alarm, value: count, unit: 'times' }
  for (const { alarm, longest } of kpi.stale)
    yield { section: 'stale', name: alarm, value: longest / 1_000, unit: 's' }
  for (const { alarm, duration } of kpi.standing)
    yield { section: 'standing at the end', name: alarm, value: duration / 1_000, unit: 's' }
  for (const { start, end, alarms, peak } of kpi.floods) {
    const section = `flood ${start}`
    yield { section, name: 'end', value: end }
    yield { section, name: 'alarms', value: alarms, unit: 'alarms' }
    yield { section, name: 'peak in 10 minutes', value: peak, unit: 'alarms' }
  }
  yield* hiddenRows('shelved', kpi.shelved)
  yield* hiddenRows('suppressed', kpi.suppressed)
  yield* hiddenRows('out of service', kpi.outOfService)
}

function* periodRows(section: string, row: AlarmKpi['days'][number]): Generator<Row> {
  const hours = (Date.parse(row.to) - Date.parse(row.from)) / 3_600_000
  yield { section, name: 'length', value: hours, unit: 'h' }
  yield { section, name: 'annunciated', value: row.annunciated, unit: 'alarms' }
  yield { section, name: 'most in 10 minutes', value: row.peak10Minutes, unit: 'alarms' }
  yield { section, name: 'hours over 30', value: row.hoursOver30, unit: 'hours' }
  yield { section, name: 'periods over 10', value: row.periodsOver10, unit: 'periods' }
  yield { section, name: 'in flood', value: row.flood / 1_000, unit: 's' }
  yield { section, name: 'stale', value: row.stale, unit: 'alarms' }
}

function* hiddenRows(section: string, list: AlarmKpi['shelved']): Generator<Row> {
  for (const { alarm, times, duration, now } of list) {
    yield { section, name: `${alarm}, began`, value: times, unit: 'times' }
    yield { section, name: `${alarm}, how long`, value: duration / 1_000, unit: 's' }
    if (now === null) continue
    yield { section, name: `${alarm}, since`, value: now.since }
    yield { section, name: `${alarm}, by`, value: now.by }
    yield { section, name: `${alarm}, reason`, value: now.reason }
    yield { section, name: `${alarm}, until`, value: now.until }
  }
}

/** What a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r\n]/

/**
 * Numbers stand as they are. A text that a spreadsheet would take for a formula gets an apostrophe before it, by which
 * every one of them shows it as text: reasons and names are typed by people.
 */
function cell(value: number | string | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
