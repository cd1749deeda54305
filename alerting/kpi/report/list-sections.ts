import type { AlarmKpi } from '../../../contracts/kpi.ts'
import { table } from '../../../contracts/reference/markdown.ts'
import { durationText, numberText, timeText } from './figure-words.ts'

/** Rows of one list on the page; the CSV has all of them. */
const ROWS = 20

/** Makes a typed text safe to stand in a page. */
type Plain = (text: string) => string

/** Sections about single alarms and floods; one whose list is empty says so in a line. */
export function listSections(kpi: AlarmKpi, plain: Plain): string[] {
  const alarm = (row: { alarm: string; sensorName: string }) => [plain(row.alarm), plain(row.sensorName)]
  return [
    ...section('Most frequent', ['Alarm', 'Sensor', 'Priority', 'Times', 'Share'], kpi.topTen, (row) => [
      ...alarm(row),
      row.priority,
      String(row.count),
      `${numberText(row.share)} %`,
    ]),
    ...section('Chattering', ['Alarm', 'Sensor', 'Episodes', 'Cycles', 'Last'], kpi.chattering, (row) => [
      ...alarm(row),
      String(row.episodes),
      String(row.cycles),
      timeText(row.last),
    ]),
    ...section('Fleeting', ['Alarm', 'Sensor', 'Times'], kpi.fleeting, (row) => [
      ...alarm(row),
      String(row.count),
    ]),
    ...section('Stale', ['Alarm', 'Sensor', 'Times', 'Longest', 'Since', 'Until'], kpi.stale, (row) => [
      ...alarm(row),
      String(row.count),
      durationText(row.longest),
      timeText(row.since),
      row.until === null ? 'stands' : timeText(row.until),
    ]),
    ...section('Floods', ['Begins', 'Ends', 'Alarms', 'Most in 10 minutes'], kpi.floods, (row) => [
      timeText(row.start),
      row.end === null ? 'goes on' : timeText(row.end),
      String(row.alarms),
      String(row.peak),
    ]),
    ...section(
      'Standing at the end',
      ['Alarm', 'Sensor', 'Since', 'For', 'Acknowledged'],
      kpi.standing,
      (row) => [
        ...alarm(row),
        timeText(row.since),
        durationText(row.duration),
        row.acknowledged ? 'yes' : 'no',
      ],
    ),
    ...hiddenSection('Shelved', kpi.shelved, plain),
    ...hiddenSection('Suppressed', kpi.suppressed, plain),
    ...hiddenSection('Out of service', kpi.outOfService, plain),
  ]
}

function hiddenSection(title: string, list: AlarmKpi['shelved'], plain: Plain): string[] {
  const head = ['Alarm', 'Times', 'How long', 'Since', 'By', 'Reason', 'Until']
  return section(title, head, list, ({ alarm, times, duration, now }) => [
    plain(alarm),
    String(times),
    durationText(duration),
    ...(now === null
      ? ['over', '', '', '']
      : [
          timeText(now.since),
          plain(now.by),
          plain(now.reason),
          now.until === null ? 'open' : timeText(now.until),
        ]),
  ])
}

function section<T>(
  title: string,
  head: readonly string[],
  list: readonly T[],
  row: (item: T) => string[],
): string[] {
  if (list.length === 0) return [`## ${title}`, 'None.']
  const more = list.length > ROWS ? [`And ${list.length - ROWS} more.`] : []
  return [`## ${title}`, table(head, list.slice(0, ROWS).map(row)), ...more]
}
