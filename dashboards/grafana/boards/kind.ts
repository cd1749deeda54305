import type { SensorKind } from '../../../contracts/facility-words.ts'
import type { Board } from '../board.ts'
import { chosen, IN_RANGE, LIMITS_IN_RANGE, MEASURED, OF_GATEWAYS } from '../influxql.ts'
import { TO_SENSOR } from '../links.ts'
import { COLOUR, QUALITY_MAPPING } from '../look.ts'
import { lanes } from '../panels/lanes.ts'
import { rows } from '../panels/rows.ts'
import type { Overrides, Unplaced } from '../panels/shown.ts'
import { limitLines, marks, trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'
import { alarmRows } from './alarm-rows.ts'

const SCOPE = chosen('facility', 'area', 'sensor')
const OF_UNIT = `${SCOPE} AND ${chosen('unit')}`

export interface KindOfSensors {
  kind: SensorKind
  name: string
  title: string
  description: string
  /** How readings of one interval become one point: the worst one, where the worst is what matters. */
  reduce: 'max' | 'mean' | 'min'
  isLogarithmic?: boolean
  /** Which of their readings the trend is of, by other tags than the scope; all. */
  only?: string
  /** Between the trend and the tables. */
  more?: readonly Unplaced[]
}

/** Set points of the urgent priorities are told apart by their colour, the others are grey. */
const LIMITS: Overrides = {
  ...limitLines('/^limit /', COLOUR.normal),
  ...limitLines('/^limit .*(\\.H|\\.L)$/', COLOUR.high),
  ...limitLines('/^limit .*(\\.HH|\\.LL)$/', COLOUR.critical),
}

/** Trend, quality and table of the sensors of one kind: what differs between kinds is how an interval is reduced. */
export function kindBoard({
  kind,
  name,
  title,
  description,
  reduce,
  isLogarithmic = false,
  only,
  more = [],
}: KindOfSensors): Board {
  // What the server computes of them is on boards of its own, in units of its own.
  const read = only === undefined ? OF_GATEWAYS : `${OF_GATEWAYS} AND ${only}`
  return {
    name,
    title,
    description,
    variables: [
      scopeVariable('facility', kind),
      scopeVariable('area', kind, ['facility'], OF_GATEWAYS),
      scopeVariable('sensor', kind, ['facility', 'area'], OF_GATEWAYS),
      scopeVariable('unit', kind, ['facility', 'area', 'sensor'], read),
    ],
    annotatedBy: ['facility', 'area', 'sensor'],
    panels: [
      trend({
        title: `${title}, $unit`,
        description: `The ${reduce} of every interval, of good and uncertain readings. Dashed: set points in force. Dots along the foot: readings that are no measurement, by sensor. A gap is a gap.`,
        size: { w: 24, h: 12 },
        repeat: 'unit',
        legend: [],
        isLogarithmic,
        targets: [
          InfluxQuery.series(
            `SELECT ${reduce}("value") FROM "${kind}" WHERE ${MEASURED} AND ${read} AND ${IN_RANGE} AND ${OF_UNIT} GROUP BY time($__interval), "sensor" fill(null)`,
            '$tag_sensor',
            'A',
          ),
          InfluxQuery.series(
            `SELECT count("quality") / count("quality") FROM "${kind}" WHERE "quality" < 64 AND ${read} AND ${IN_RANGE} AND ${OF_UNIT} GROUP BY time($__interval), "sensor" fill(none)`,
            'bad $tag_sensor',
            'B',
          ),
          InfluxQuery.series(
            `SELECT last("limit") FROM "alarm_limit" WHERE ${LIMITS_IN_RANGE} AND "kind" = '${kind}' AND ${OF_UNIT} GROUP BY time($__interval), "alarm" fill(previous)`,
            'limit $tag_alarm',
            'C',
          ),
        ],
        overrides: { ...LIMITS, ...marks('/^bad /') },
      }),
      lanes({
        title: 'Quality',
        description:
          'The worst quality of every interval: grey is good. What is bad is not watched, and clears no alarm.',
        size: { w: 24, h: 7 },
        targets: [
          InfluxQuery.series(
            `SELECT min("quality") FROM "${kind}" WHERE ${OF_GATEWAYS} AND ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
            '$tag_sensor',
          ),
        ],
        field: { mappings: [QUALITY_MAPPING] },
      }),
      ...more,
      rows({
        title: 'Now',
        description: 'The latest reading of each sensor in the last 10 minutes, as it came.',
        size: { w: 24, h: 10 },
        targets: [
          InfluxQuery.table(
            // Not last("value"), which beside a reading without one shows that of another.
            `SELECT "value", "quality", "reason" FROM "${kind}" WHERE ${OF_GATEWAYS} AND time > now() - 10m AND ${SCOPE} GROUP BY "facility", "area", "sensor", "quantity", "unit" ORDER BY time DESC LIMIT 1`,
          ),
        ],
        field: { noValue: 'Nothing was read in the last 10 minutes' },
        columns: {
          sensor: { title: 'Sensor', width: 120, links: [TO_SENSOR] },
          value: { title: 'Value', width: 90, decimals: 2 },
          unit: { title: 'Unit', width: 80 },
          quality: { title: 'Quality', width: 110, mapping: QUALITY_MAPPING },
          reason: { title: 'Reason' },
          quantity: { title: 'Quantity', width: 90 },
          area: { title: 'Area', width: 120 },
          facility: { title: 'Facility', width: 120 },
        },
        sortBy: [
          { column: 'quality', desc: false },
          { column: 'sensor', desc: false },
        ],
      }),
      alarmRows(
        `Alarms of ${name} sensors`,
        { w: 24, h: 8 },
        {
          description: 'What stands now. A click on one opens it in the console.',
          where: `"annunciated" = 1 AND "kind" = '${kind}'`,
          noValue: 'No alarm stands, unless the server is silent',
          within: ['facility', 'area', 'sensor'],
        },
      ),
    ],
  }
}
