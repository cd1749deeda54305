import type { AlarmKpi, Figure } from '../../../contracts/kpi.ts'
import { table } from '../../../contracts/reference/markdown.ts'
import { adviceOn } from './advice.ts'
import {
  durationText,
  FIGURE_TITLES,
  numberText,
  timeText,
  VERDICT_WORDS,
  valueText,
} from './figure-words.ts'
import { listSections } from './list-sections.ts'

export interface ReportHead {
  /** What people call the plant. */
  readonly name: string
  readonly timezone: string
  /** Such as 2026-11. */
  readonly month: string
}

/** A page that a plant manager can read: what it comes to first, then what to do, then the numbers. */
export function kpiMarkdown(kpi: AlarmKpi, head: ReportHead): string {
  const advice = adviceOn(kpi)
  const parts = [
    `# Alarm performance of ${plain(head.name)}, ${monthText(head.month)}`,
    periodText(kpi, head),
    '## Summary',
    summary(kpi),
    '## What to do about it',
    advice.length === 0 ? 'Nothing stands out.' : advice.map((line) => `- ${plain(line)}`).join('\n'),
    '## Figures and targets',
    table(
      ['Figure', 'Value', 'Target', 'Source', 'Verdict'],
      kpi.figures.map((figure) => [
        FIGURE_TITLES[figure.id],
        peakText(figure),
        figure.target ?? '',
        figure.source ?? '',
        figure.verdict === null ? '' : VERDICT_WORDS[figure.verdict],
      ]),
    ),
    'Targets are for one operator position. Times to acknowledge and to return are of alarms annunciated in the period.',
    '## Days',
    table(
      ['Day', 'Hours', 'Alarms', 'Most in 10 minutes', 'Hours over 30', 'In flood', 'Stale'],
      kpi.days.map((day) => [
        day.date,
        numberText((Date.parse(day.to) - Date.parse(day.from)) / 3_600_000),
        String(day.annunciated),
        String(day.peak10Minutes),
        String(day.hoursOver30),
        day.flood === 0 ? '' : durationText(day.flood),
        String(day.stale),
      ]),
    ),
    '## Shifts',
    shiftTable(kpi),
    ...listSections(kpi, plain),
    'Counted from the journal. Advisory monitoring, not a safety instrumented system.',
  ]
  return `${parts.join('\n\n')}\n`
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

function monthText(month: string): string {
  const [year, number] = month.split('-')
  return `${MONTHS[Number(number) - 1] ?? number} ${year}`
}

/** A value, and when that was: the day or the minute. */
function peakText(figure: Figure): string {
  if (figure.at === null) return valueText(figure)
  return `${valueText(figure)} (${figure.id === 'peakDay' ? figure.at.slice(0, 10) : timeText(figure.at)})`
}

function periodText(kpi: AlarmKpi, { timezone, month }: ReportHead): string {
  const { from, to, journalSince } = kpi
  const lines = [`${timeText(from)} to ${timeText(to)}, ${timezone}.`]
  if (to.slice(0, 7) === month) lines.push('The month is not over: what is still to come is not counted.')
  if (journalSince === null) lines.push('The journal of this plant is empty.')
  else if (Date.parse(journalSince) > Date.parse(from))
    lines.push(
      `The first entry of the journal is of ${timeText(journalSince)}: if the plant was not watched before, the means are too low.`,
    )
  return lines.join(' ')
}

function summary(kpi: AlarmKpi): string {
  const { annunciated, figures } = kpi
  const perDay = figures.find(({ id }) => id === 'alarmsPerDay')
  const told = `Operators were told ${annunciated} ${annunciated === 1 ? 'alarm' : 'alarms'}, ${numberText(perDay?.value ?? 0)} a day.`
  if (!kpi.judged)
    return `${told} The period is shorter than 30 days and no whole month, so the figures stand beside their targets without a verdict.`
  const judged = figures.filter(({ verdict }) => verdict !== null)
  const having = (verdict: Figure['verdict']) => judged.filter((figure) => figure.verdict === verdict)
  const [good, manageable, over] = [having('good'), having('manageable'), having('over')]
  const verdict =
    over.length > 0
      ? `Of ${judged.length} figures with a target ${good.length} are good, ${manageable.length} manageable and ${over.length} over.`
      : manageable.length > 0
        ? `Nothing is over: of ${judged.length} figures with a target ${good.length} are good and ${manageable.length} manageable.`
        : `All ${judged.length} figures with a target are good.`
  const line = (figure: Figure) =>
    `- ${VERDICT_WORDS[figure.verdict ?? 'good']}: ${FIGURE_TITLES[figure.id]} ${valueText(figure)}, target ${figure.target} (${figure.source})`
  return [`${told} ${verdict}`, ...[...over, ...manageable].map(line)].join('\n').replace('\n', '\n\n')
}

/** All shifts that begin at the same time together: which one has the most to do. */
function shiftTable({ shifts }: AlarmKpi): string {
  const begins = [...new Set(shifts.map(({ shift }) => shift))].sort()
  return table(
    ['Shift from', 'Shifts', 'Alarms', 'Mean', 'Worst', 'In flood'],
    begins.map((begin) => {
      const own = shifts.filter(({ shift }) => shift === begin)
      const alarms = own.reduce((sum, { annunciated }) => sum + annunciated, 0)
      const flood = own.reduce((sum, row) => sum + row.flood, 0)
      const [worst] = own.toSorted((a, b) => b.annunciated - a.annunciated)
      return [
        begin,
        String(own.length),
        String(alarms),
        numberText(alarms / own.length),
        worst === undefined || worst.annunciated === 0 ? '' : `${worst.annunciated} (${worst.date})`,
        flood === 0 ? '' : durationText(flood),
      ]
    }),
  )
}

/** A text that people typed, with nothing in it that Markdown or HTML would take for its own. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
