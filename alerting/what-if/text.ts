import { formatDuration } from '../../contracts/duration.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import type {
  AlarmLoadRow,
  ChangedSetting,
  ComparedAlarm,
  LoneOccurrence,
  WhatIfLoad,
  WhatIfReport,
} from '../../contracts/what-if.ts'
import { durationText } from '../kpi/report/figure-words.ts'

/** A comparison for a terminal; of each list the first `most`. */
export function whatIfText(report: WhatIfReport, most: number): string {
  const { facility, from, to, warmUpMs, readings, changed } = report
  const sections = [
    [
      `${facility}, ${from} to ${to}: ${readings} readings, ${formatDuration(warmUpMs)} of warm-up with them`,
      `  ${acknowledgeText(report)}`,
      `  ${silenceText(report)}`,
    ],
    changed.length === 0
      ? ['Nothing is changed: both sides are alike.']
      : ['Changed', ...columns(changed.map(settingCells))],
    columns([['', 'as the file says', 'as set', 'change'], ...loadCells(report.file, report.set)]),
    differingLines(report.alarms, most),
    occurrenceLines('disappear', report.disappear, most),
    occurrenceLines('appear', report.appear, most),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function acknowledgeText({ acknowledge: { afterMs, source } }: WhatIfReport): string {
  if (afterMs === null) return 'Nobody acts in the replay.'
  const why = {
    given: 'as asked',
    journal: 'the median that the journal shows for this time',
    default: 'since the journal shows none for this time',
  }
  return `Nobody acts in the replay but to acknowledge, ${durationText(afterMs)} after an alarm is shown: ${why[source]}.`
}

function silenceText({ silentSensors }: WhatIfReport): string {
  const rule = 'Silence is taken from reports: longer than maxInterval and a poll, and than staleAfter.'
  return silentSensors === 0
    ? `${rule} No sensor was silent.`
    : `${rule} ${silentSensors} sensors were silent; of a lost gateway each has its own FAULT here.`
}

function settingCells({ alarm, key, file, set }: ChangedSetting): string[] {
  if (key === 'others') return [`  ${alarm}`, 'differs in more than its settings']
  if (key === 'alarm')
    return [`  ${alarm}`, file === null ? 'is there only as set' : 'is there only in the file']
  return [`  ${alarm}.${key}`, `${file} -> ${set}`]
}

function loadCells(file: WhatIfLoad, set: WhatIfLoad): string[][] {
  const count = (title: string, of: (load: WhatIfLoad) => number) => [
    title,
    String(of(file)),
    String(of(set)),
    signed(of(set) - of(file)),
  ]
  const [ours, theirs] = [file.timeInFlood, set.timeInFlood]
  const flood = ours === theirs ? '' : `${theirs > ours ? '+' : '-'}${durationText(Math.abs(theirs - ours))}`
  return [
    count('Alarms', ({ alarms }) => alarms),
    ...PRIORITIES.map((priority) => count(`  ${priority}`, ({ priorities }) => priorities[priority])),
    count('Most in 10 minutes', ({ peak10Minutes }) => peak10Minutes),
    count('Floods', ({ floods }) => floods),
    ['Time in flood', durationText(ours), durationText(theirs), flood],
    count('Alarms that chattered', ({ chatteringAlarms }) => chatteringAlarms),
    count('Alarms that were fleeting', ({ fleetingAlarms }) => fleetingAlarms),
    count('Standing at the end', ({ standing }) => standing),
    count('Unacknowledged at the end', ({ unacknowledged }) => unacknowledged),
  ]
}

function differingLines(alarms: readonly ComparedAlarm[], most: number): string[] {
  if (alarms.length === 0) return ['No alarm differs.']
  const pair = ({ file, set }: ComparedAlarm, text: (row: AlarmLoadRow) => string) =>
    text(file) === text(set) ? text(file) : `${text(file)} -> ${text(set)}`
  return [
    'Alarms that differ',
    ...columns([
      ['', 'annunciated', 'active for', 'chattered', 'fleeting'],
      ...alarms
        .slice(0, most)
        .map((alarm) => [
          `  ${alarm.alarm}`,
          pair(alarm, ({ annunciated }) => String(annunciated)),
          pair(alarm, ({ activeMs }) => durationText(activeMs)),
          pair(alarm, ({ chattering }) => String(chattering)),
          pair(alarm, ({ fleeting }) => String(fleeting)),
        ]),
    ]),
    ...more(alarms.length, most),
  ]
}

function occurrenceLines(what: string, list: readonly LoneOccurrence[], most: number): string[] {
  if (list.length === 0) return []
  const rows = list
    .slice(0, most)
    .map(({ alarm, priority, raised, returned, value }) => [
      `  ${raised}`,
      alarm,
      priority,
      value === null ? '' : `at ${value}`,
      returned === null
        ? 'stands at the end'
        : `for ${durationText(Date.parse(returned) - Date.parse(raised))}`,
    ])
  return [`Occurrences that ${what}: ${list.length}`, ...columns(rows), ...more(list.length, most)]
}

function more(count: number, most: number): string[] {
  return count > most ? [`  and ${count - most} more: --all`] : []
}

function signed(change: number): string {
  return change === 0 ? '' : change > 0 ? `+${change}` : String(change)
}

/** Cells one below the other. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
