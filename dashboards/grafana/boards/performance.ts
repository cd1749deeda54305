import type { FigureId } from '../../../contracts/kpi.ts'
import type { Board } from '../board.ts'
import { chosen, IN_RANGE } from '../influxql.ts'
import { COLOUR, noYesMapping, steps } from '../look.ts'
import { bars } from '../panels/bars.ts'
import { lanes } from '../panels/lanes.ts'
import type { Shown } from '../panels/shown.ts'
import { tiles } from '../panels/tiles.ts'
import { type Trend, trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { targetOf, targetSteps, targetText } from '../targets.ts'
import { scopeVariable } from '../variables.ts'
import { frequentBars } from './frequent-bars.ts'
import { raisedTrend } from './raised-trend.ts'

const SCOPE = chosen('facility')
/** A point comes every 10 minutes. */
const LATEST = 'time > now() - 30m'
/** Some figures are of nothing now and then; that much of it is no hole in a line. */
const CONNECT_MS = 3_600_000
const FLOOD_MAPPING = noYesMapping('no flood', 'FLOOD', COLOUR.critical)

/** A figure of the last 24 hours, of each facility, coloured by its target. */
function figure(title: string, field: string, description: string, more: Shown['field'] = {}) {
  return tiles({
    title,
    description,
    size: { w: 4, h: 4 },
    targets: [
      InfluxQuery.series(
        `SELECT last("${field}") AS "${field}" FROM "alarm_kpi" WHERE ${LATEST} AND ${SCOPE} GROUP BY "facility"`,
        '$tag_facility',
      ),
    ],
    field: { decimals: 0, ...more },
    isNamed: true,
  })
}

/** The same with its target: what it means, and from when on it is too much. */
function measured(
  title: string,
  field: string,
  id: FigureId,
  description: string,
  more: Shown['field'] = {},
) {
  return figure(title, field, `${description} ${targetText(id)}`, {
    thresholds: targetSteps(id).build(),
    ...more,
  })
}

/** Fields of `alarm_kpi` over time. Key of `fields`: name of the series; with `id` its target is a line. */
function course(
  title: string,
  fields: Readonly<Record<string, string>>,
  description: string,
  { id, field, ...more }: Partial<Trend> & { id?: FigureId } = {},
) {
  return trend({
    title,
    description:
      id === undefined ? description : `${description} ${targetText(id)} Lines: where each part ends.`,
    size: { w: 12, h: 8 },
    targets: Object.entries(fields).map(([name, of], index) =>
      InfluxQuery.series(
        `SELECT last("${of}") AS "${of}" FROM "alarm_kpi" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "facility" fill(none)`,
        `${name}, $tag_facility`,
        'ABCDE'[index],
      ),
    ),
    legend: ['lastNotNull', 'mean', 'max'],
    connectMs: CONNECT_MS,
    ...more,
    field: { min: 0, ...(id === undefined ? {} : { thresholds: targetSteps(id).build() }), ...field },
    hasThresholdLines: id !== undefined,
  })
}

const SHARES = {
  low: 'shareLow',
  medium: 'shareMedium',
  high: 'shareHigh',
  critical: 'shareCritical',
} as const satisfies Record<string, FigureId>

/** Says the alarm system too much? What ISA-18.2 and EEMUA 191 measure it by. */
export const PERFORMANCE: Board = {
  name: 'performance',
  title: 'Alarm performance',
  description:
    'What ISA-18.2 and EEMUA 191 measure an alarm system by, for one operator position. Each figure is of the 24 hours before it; verdicts are those of 30 days, in the report (docs/alarm-performance.md).',
  variables: [scopeVariable('facility', 'alarm_kpi')],
  annotatedBy: ['facility'],
  from: 'now-7d',
  refresh: '1m',
  panels: [
    measured('Alarms a day', 'rateDay', 'alarmsPerDay', 'Annunciated in the last 24 hours.'),
    measured('Alarms in the last hour', 'rateHour', 'alarmsPerHour', 'Annunciated; the target is of a mean.'),
    measured(
      'Most in 10 minutes',
      'peak10m',
      'peak10Minutes',
      'The most in any 10 minutes of the last 24 hours.',
    ),
    figure('Flood', 'inFlood', 'Whether the last 10 minutes hold so many that nobody can work them off.', {
      mappings: [FLOOD_MAPPING],
    }),
    measured('Time in flood', 'timeInFloodPercent', 'timeInFlood', 'Of the last 24 hours.', {
      unit: 'percent',
      decimals: 1,
    }),
    measured(
      'Share of ten alarms',
      'topTenPercent',
      'topTenShare',
      'How much the ten most frequent are of all. With fewer than 200 alarms it says nothing.',
      {
        unit: 'percent',
        noValue: 'no alarms',
      },
    ),
    measured('Stale', 'stale', 'staleOnWorstDay', 'Active for more than 24 hours.'),
    measured(
      'Chattering',
      'chattering',
      'chatteringAlarms',
      'Raised and returned three times within a minute.',
    ),
    measured(
      'Fleeting',
      'fleeting',
      'fleetingAlarms',
      'Returned within a minute, before anybody acknowledged.',
    ),
    figure('Standing', 'standing', 'Active now. The standards give no target.'),
    figure(
      'Never acknowledged',
      'neverAcknowledged',
      'Annunciated in the last 24 hours, and nobody has acknowledged them.',
      {
        thresholds: steps([1, COLOUR.medium]).build(),
      },
    ),
    figure(
      'Time to acknowledge',
      'acknowledgeMedian',
      'The median of the last 24 hours. The standards give no target.',
      {
        unit: 's',
        noValue: 'none acknowledged',
      },
    ),
    course('Alarms in 24 hours', { alarms: 'rateDay' }, 'Annunciated in the 24 hours before each point.', {
      id: 'alarmsPerDay',
    }),
    course('Alarms in an hour', { alarms: 'rateHour' }, 'Annunciated in the hour before each point.', {
      id: 'alarmsPerHour',
    }),
    course(
      'Alarms in 10 minutes',
      { alarms: 'rate10m', 'most of 24 hours': 'peak10m' },
      'Annunciated in the 10 minutes before each point, and the most of any 10 minutes of the 24 hours before it.',
      {
        id: 'peak10Minutes',
      },
    ),
    course(
      'Time in flood, of 24 hours',
      { 'time in flood': 'timeInFloodPercent' },
      'How much of the 24 hours before each point was flood.',
      {
        id: 'timeInFlood',
        field: { unit: 'percent', decimals: 1 },
      },
    ),
    lanes({
      title: 'Floods',
      description:
        'When the 10 minutes before held more alarms than one operator can work off, looked at every 10 minutes.',
      size: { w: 24, h: 4 },
      targets: [
        InfluxQuery.series(
          `SELECT max("inFlood") AS "inFlood" FROM "alarm_kpi" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "facility" fill(none)`,
          '$tag_facility',
        ),
      ],
      field: { mappings: [FLOOD_MAPPING] },
    }),
    bars({
      title: 'Alarms by priority',
      description:
        'How alarms are distributed, as the mean of the range, and how they should be. Too many urgent ones, and nothing is urgent any more.',
      size: { w: 12, h: 8 },
      targets: Object.entries(SHARES).map(([priority, id], index) =>
        InfluxQuery.series(
          `SELECT mean("${priority}Percent") AS "share" FROM "alarm_kpi" WHERE ${IN_RANGE} AND ${SCOPE}`,
          // Short: the bar is what is to be seen.
          `${priority}: ${targetOf(id).text.replace('about ', '')}`,
          'ABCD'[index],
        ),
      ),
      field: { unit: 'percent', decimals: 1, min: 0, max: 100, noValue: 'no alarms' },
      overrides: Object.fromEntries(
        Object.entries(SHARES).map(([priority, id]) => [
          `/^${priority}: /`,
          [{ id: 'thresholds', value: targetSteps(id).build() }],
        ]),
      ),
    }),
    frequentBars({ w: 12, h: 8 }, 'facility'),
    course(
      'Time until somebody answered',
      { median: 'acknowledgeMedian', '9 of 10 within': 'acknowledgeP90', 'returned, median': 'returnMedian' },
      'From annunciation to acknowledgement, and from raise to return, of the 24 hours before each point.',
      {
        field: { unit: 's' },
      },
    ),
    course(
      'What wears operators out',
      { chattering: 'chattering', fleeting: 'fleeting', stale: 'stale' },
      'Alarms that were so in the 24 hours before each point. They should be none; each has a cause in its settings or at its sensor.',
      {
        field: { decimals: 0 },
      },
    ),
    course(
      'What stands and what nobody hears',
      {
        standing: 'standing',
        unacknowledged: 'unacknowledged',
        shelved: 'shelved',
        suppressed: 'suppressed',
        'out of service': 'outOfService',
      },
      'Alarms that were so at each point.',
      {
        field: { decimals: 0 },
      },
    ),
    raisedTrend({ w: 12, h: 8 }, 'facility'),
  ],
}
