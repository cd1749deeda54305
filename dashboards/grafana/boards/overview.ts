import type { Board } from '../board.ts'
import { chosen, NOW } from '../influxql.ts'
import { TO_ALARM, toBoard } from '../links.ts'
import { COLOUR, RANK_MAPPING } from '../look.ts'
import { rows } from '../panels/rows.ts'
import { tiles } from '../panels/tiles.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'
import { alarmRows } from './alarm-rows.ts'
import { alarmCounts, areaCounts } from './area-counts.ts'
import { heardTiles } from './heard-tiles.ts'
import { raisedTrend } from './raised-trend.ts'

const SCOPE = chosen('facility', 'area')

/** What a person in front of the wall wants to know first: is anything wrong, how bad, and where. */
export const OVERVIEW: Board = {
  name: 'overview',
  title: 'Overview',
  description: 'Is anything wrong, how bad, and where. Grey is normal; numbers count alarms that stand now.',
  variables: [scopeVariable('facility', 'area'), scopeVariable('area', 'area', ['facility'])],
  annotatedBy: ['facility', 'area'],
  panels: [
    tiles({
      title: 'Areas',
      description: 'The most urgent alarm of each area that is active or not acknowledged.',
      size: { w: 24, h: 5 },
      targets: [
        InfluxQuery.series(
          `SELECT last("worst") AS "worst" FROM "area" WHERE ${NOW} AND ${SCOPE} GROUP BY "facility", "area"`,
          '$tag_area',
        ),
      ],
      field: { mappings: [RANK_MAPPING] },
      silence: 'NO DATA: the server is silent',
      isNamed: true,
      isFilled: true,
      links: [toBoard('alarms', 'Alarms of the area', 'var-area=${__series.name}')],
    }),
    areaCounts(
      [
        ...alarmCounts(toBoard('alarms', 'To the alarms')),
        {
          field: 'bad',
          title: 'Bad sensors',
          colour: COLOUR.bad,
          link: toBoard('gateways', 'To the gateways'),
        },
      ],
      {
        size: { w: 19, h: 5 },
        description:
          'Alarms that nobody has acknowledged; annunciated ones by priority; what is shelved, suppressed or out of service, which nobody hears; sensors whose latest reading is no measurement: what they watch is not watched.',
      },
    ),
    heardTiles({ w: 5, h: 5 }),
    alarmRows(
      'Alarms that stand now',
      { w: 24, h: 10 },
      {
        description:
          'What is active, returned unacknowledged or latched. A click on one opens it in the console: there it is acknowledged.',
        where: '"annunciated" = 1',
        noValue: 'No alarm stands, unless the server is silent',
        within: ['facility', 'area'],
      },
    ),
    rows({
      title: 'Nearest to a set point',
      description:
        'The alarms that are nearest to going off: what is left to the set point, as a share of the range of the sensor. Zero or less is beyond.',
      size: { w: 12, h: 9 },
      targets: [
        InfluxQuery.table(
          `SELECT last("margin") AS "margin", last("value") AS "value", last("limit") AS "limit", last("unit") AS "unit" FROM "alarm_margin" WHERE time > now() - 30s AND ${SCOPE} GROUP BY "facility", "area", "sensor", "alarm"`,
        ),
      ],
      columns: {
        alarm: { title: 'Alarm', width: 130, links: [TO_ALARM] },
        margin: { title: 'Left', width: 70, unit: 'percentunit', decimals: 0 },
        value: { title: 'Value', width: 75, decimals: 2 },
        limit: { title: 'Limit', width: 75, decimals: 2 },
        unit: { title: 'Unit', width: 65 },
        area: { title: 'Area', width: 120 },
        facility: { title: 'Facility' },
      },
      sortBy: [{ column: 'margin', desc: false }],
    }),
    raisedTrend({ w: 12, h: 9 }, 'facility', 'area'),
  ],
}
