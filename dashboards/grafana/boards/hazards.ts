import type { Board } from '../board.ts'
import { chosen, IN_RANGE } from '../influxql.ts'
import { COLOUR, steps } from '../look.ts'
import { bars } from '../panels/bars.ts'
import { rows } from '../panels/rows.ts'
import type { Shown } from '../panels/shown.ts'
import { tiles } from '../panels/tiles.ts'
import { trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'

const SCOPE = chosen('facility', 'region')
/** Figures are written every minute, and at once when a hazard changes. */
const LATEST = 'time > now() - 3m'
const FIELDS = ['count', 'open', 'closed', 'overdue', 'onTime', 'days']
const SERIES = '"facility", "region", "grade", "status"'
/** The latest of every series. */
const NOW_OF_EACH = `SELECT ${FIELDS.map((field) => `last("${field}") AS "${field}"`).join(', ')} FROM "hazard" WHERE ${LATEST} AND ${SCOPE} GROUP BY ${SERIES}`

const RECTIFIED = '100 * sum("closed") / sum("count")'
const ON_TIME = '100 * sum("onTime") / sum("closed")'
const MEAN_DAYS = 'sum("days") / sum("closed")'

/** One figure over all that is chosen. */
function figure(title: string, selected: string, description: string, more: Shown['field'] = {}, where = '') {
  return tiles({
    title,
    description,
    size: { w: 4, h: 4 },
    targets: [InfluxQuery.series(`SELECT ${selected} AS "figure" FROM (${NOW_OF_EACH})${where}`, title)],
    field: { decimals: 0, ...more },
  })
}

const PERCENT = { unit: 'percent', decimals: 1 } as const

/** The same figures for each region, or each plant. */
function table(title: string, tag: 'region' | 'facility', description: string) {
  return rows({
    title,
    description,
    size: { w: 12, h: 10 },
    targets: [
      InfluxQuery.table(
        `SELECT sum("count") AS "identified", sum("closed") AS "closed", sum("open") AS "open", sum("overdue") AS "overdue", ${RECTIFIED} AS "rectified", ${ON_TIME} AS "onTime" FROM (${NOW_OF_EACH}) GROUP BY "${tag}"`,
      ),
    ],
    columns: {
      [tag]: { title: tag === 'region' ? 'Region' : 'Facility' },
      identified: { title: 'Identified', width: 90 },
      closed: { title: 'Closed', width: 80 },
      open: { title: 'Open', width: 70 },
      overdue: { title: 'Overdue', width: 80, thresholds: steps([1, COLOUR.high]).build() },
      rectified: { title: 'Rectified', width: 90, ...PERCENT },
      onTime: { title: 'On time', width: 85, ...PERCENT },
    },
    sortBy: [{ column: 'overdue', desc: true }],
    field: { noValue: 'NO DATA: the register is silent' },
  })
}

/** What was found in each month, as it stands by now. Points stand where a month begins. */
function months(
  title: string,
  series: Readonly<Record<string, string>>,
  description: string,
  shown: Partial<Shown> & { style?: 'bars' } = {},
) {
  return trend({
    title,
    description,
    size: { w: 12, h: 8 },
    targets: Object.entries(series).map(([name, selected], index) =>
      InfluxQuery.series(
        `SELECT ${selected} AS "figure" FROM "hazard_month" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time(1h) fill(none)`,
        name,
        'ABC'[index],
      ),
    ),
    legend: ['lastNotNull'],
    connectMs: 40 * 86_400_000,
    ...shown,
  })
}

/** Is what was found put right, and in time? */
export const HAZARDS: Board = {
  name: 'hazards',
  title: 'Hazard register',
  description:
    'Is what was found put right, and in time? Figures are of all hazards there are; docs/regions-and-figures.md defines each.',
  variables: [scopeVariable('facility', 'hazard'), scopeVariable('region', 'hazard', ['facility'])],
  from: 'now-1y',
  refresh: '1m',
  panels: [
    figure('Rectified', RECTIFIED, 'Of all that were found: how many are closed.', PERCENT),
    figure('On time', ON_TIME, 'Of all that are closed: how many were so by their last deadline.', PERCENT),
    figure('Days to close', MEAN_DAYS, 'From found to closed, the mean.', { decimals: 1 }),
    figure('Open', 'sum("open")', 'Not closed yet.'),
    figure('Overdue', 'sum("overdue")', 'Open, and past their deadline.', {
      thresholds: steps([1, COLOUR.high]).build(),
    }),
    figure(
      'Overdue major ones',
      'sum("overdue")',
      'Major hazards that are open and past their deadline.',
      { thresholds: steps([1, COLOUR.critical]).build() },
      ` WHERE "grade" = 'major'`,
    ),
    bars({
      title: 'Rectified, by grade',
      description: 'Of each grade: how many of those found are closed.',
      size: { w: 8, h: 6 },
      targets: [
        InfluxQuery.series(
          `SELECT ${RECTIFIED} AS "figure" FROM (${NOW_OF_EACH}) GROUP BY "grade"`,
          '$tag_grade',
        ),
      ],
      field: { ...PERCENT, min: 0, max: 100 },
    }),
    bars({
      title: 'Overdue, by grade',
      description: 'Open, and past their deadline.',
      size: { w: 8, h: 6 },
      targets: [
        InfluxQuery.series(
          `SELECT sum("overdue") AS "figure" FROM (${NOW_OF_EACH}) GROUP BY "grade"`,
          '$tag_grade',
        ),
      ],
      field: { decimals: 0, min: 0, thresholds: steps([1, COLOUR.high]).build() },
    }),
    bars({
      title: 'Open, by status',
      description: 'Where those that are not closed stand in their loop.',
      size: { w: 8, h: 6 },
      targets: [
        InfluxQuery.series(
          `SELECT sum("open") AS "figure" FROM (${NOW_OF_EACH}) WHERE "status" <> 'closed' GROUP BY "status"`,
          '$tag_status',
        ),
      ],
      field: { decimals: 0, min: 0 },
    }),
    table('Regions', 'region', 'The smallest regions that plants stand in, the most overdue first.'),
    table('Plants', 'facility', 'The most overdue first.'),
    months(
      'Found and closed, by month found',
      { found: 'sum("identified")', 'closed by now': 'sum("closed")' },
      'What was found in each month, and how much of that is closed by now. It reaches back for a year.',
      { style: 'bars', field: { decimals: 0, min: 0 } },
    ),
    months(
      'Rectified and on time, by month found',
      {
        rectified: '100 * sum("closed") / sum("identified")',
        'on time': '100 * sum("onTime") / sum("closed")',
      },
      'Of what was found in each month: how much is closed by now, and how much of that was so in time.',
      { field: { ...PERCENT, min: 0, max: 100 } },
    ),
    trend({
      title: 'Open and overdue',
      description: 'How many there were at each time.',
      size: { w: 24, h: 8 },
      targets: ['open', 'overdue'].map((field, index) =>
        InfluxQuery.series(
          `SELECT sum("${field}") AS "${field}" FROM (SELECT last("${field}") AS "${field}" FROM "hazard" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), ${SERIES} fill(none)) WHERE ${IN_RANGE} GROUP BY time($__interval) fill(none)`,
          field,
          'AB'[index],
        ),
      ),
      legend: ['lastNotNull', 'max'],
      field: { decimals: 0, min: 0 },
    }),
  ],
}
