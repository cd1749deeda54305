import type { Board } from '../board.ts'
import { chosen, IN_RANGE, LIMITS_IN_RANGE, MEASURED, NOW, ofQuantity } from '../influxql.ts'
import { TO_NAMED_SENSOR } from '../links.ts'
import { COLOUR, noYesMapping, steps } from '../look.ts'
import { lanes } from '../panels/lanes.ts'
import { tiles } from '../panels/tiles.ts'
import { limitLines, trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'
import { alarmRows } from './alarm-rows.ts'
import { computedRows } from './computed-rows.ts'
import { quantityTrend } from './quantity-trend.ts'
import { voteRows } from './vote-rows.ts'

const SCOPE = chosen('facility', 'area', 'sensor')
const OF_UNIT = `${SCOPE} AND ${chosen('unit')}`
const EXPOSURES = ofQuantity('stel', 'twa', 'ceiling')
const VOTES = ofQuantity('vote', 'coincidence')
const TRIPPED = noYesMapping('not tripped', 'TRIPPED', COLOUR.critical)

/** What people are exposed to, and the votes that act on gas: with how much of what they need they do it. */
export const EXPOSURE: Board = {
  name: 'exposure',
  title: 'Exposure and votes',
  description:
    'Short-term and time-weighted exposure, ceilings and mixtures with their limits; votes, what they have come down to, and how complete all of it is.',
  variables: [
    scopeVariable('facility', 'derived'),
    scopeVariable('area', 'derived', ['facility']),
    scopeVariable('sensor', 'derived', ['facility', 'area']),
    scopeVariable('unit', 'gas', ['facility', 'area', 'sensor'], EXPOSURES),
  ],
  annotatedBy: ['facility', 'area', 'sensor'],
  panels: [
    tiles({
      title: 'Votes',
      description: 'Whether enough channels are in alarm. No value: too few channels are healthy to say so.',
      size: { w: 12, h: 5 },
      targets: [
        InfluxQuery.series(
          `SELECT last("value") FROM "state" WHERE ${MEASURED} AND ${VOTES} AND time > now() - 10m AND ${SCOPE} GROUP BY "sensor"`,
          '$tag_sensor',
        ),
      ],
      field: { mappings: [TRIPPED] },
      links: [TO_NAMED_SENSOR],
      isNamed: true,
      isFilled: true,
    }),
    tiles({
      title: 'Degraded groups',
      description: 'Votes that a channel has left: they trip too easily, or not when they should.',
      size: { w: 12, h: 5 },
      targets: [
        InfluxQuery.series(
          `SELECT last("degraded") FROM "derived" WHERE ${NOW} AND ${SCOPE} GROUP BY "sensor"`,
          '$tag_sensor',
        ),
      ],
      field: { mappings: [noYesMapping('as designed', 'DEGRADED')] },
      links: [TO_NAMED_SENSOR],
      isNamed: true,
      isFilled: true,
    }),
    trend({
      title: 'Exposure, $unit',
      description:
        'Short-term exposure (STEL), time-weighted average (TWA) and ceiling, the greatest of every interval. Dashed: set points in force.',
      size: { w: 24, h: 11 },
      repeat: 'unit',
      targets: [
        InfluxQuery.series(
          `SELECT max("value") FROM "gas" WHERE ${MEASURED} AND ${EXPOSURES} AND ${IN_RANGE} AND ${OF_UNIT} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
          'A',
        ),
        InfluxQuery.series(
          `SELECT last("limit") FROM "alarm_limit" WHERE ${LIMITS_IN_RANGE} AND "kind" = 'gas' AND ${OF_UNIT} GROUP BY time($__interval), "alarm" fill(previous)`,
          'limit $tag_alarm',
          'B',
        ),
      ],
      overrides: limitLines('/^limit /', COLOUR.high),
    }),
    quantityTrend({
      title: 'Mixtures',
      description: 'Sum of each concentration by its limit: beyond 1 the mixture is beyond its limit.',
      size: { w: 12, h: 8 },
      of: 'gas',
      quantities: ['mixture'],
      reduce: 'max',
      field: { decimals: 2, min: 0, thresholds: steps([1, COLOUR.critical]).build() },
      hasThresholdLines: true,
    }),
    trend({
      title: 'Coverage',
      description:
        'How much of what a value is computed from was usable. "anew": of minutes that were computed anew from inputs that came late.',
      size: { w: 12, h: 8 },
      targets: [
        InfluxQuery.series(
          `SELECT min("coverage") FROM "derived" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
          'A',
        ),
        InfluxQuery.series(
          `SELECT min("filled") FROM "derived" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
          'anew $tag_sensor',
          'B',
        ),
      ],
      field: { unit: 'percentunit', decimals: 0, min: 0, max: 1 },
      legend: [],
    }),
    voteRows({ w: 24, h: 8 }),
    lanes({
      title: 'Trips',
      description: 'When votes had tripped.',
      size: { w: 12, h: 7 },
      targets: [
        InfluxQuery.series(
          `SELECT max("value") FROM "state" WHERE ${MEASURED} AND ${VOTES} AND ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
        ),
      ],
      field: { mappings: [TRIPPED] },
    }),
    trend({
      title: 'Healthy channels',
      description: 'Of each vote, the fewest of every interval.',
      size: { w: 12, h: 7 },
      style: 'steps',
      targets: [
        InfluxQuery.series(
          `SELECT min("healthy") FROM "derived" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
        ),
      ],
      field: { decimals: 0, min: 0 },
      legend: ['lastNotNull', 'min'],
    }),
    computedRows('gas', { w: 24, h: 10 }),
    alarmRows(
      'Alarms of exposures and votes',
      { w: 24, h: 8 },
      {
        description: 'What stands now. A click on one opens it in the console.',
        where: `"annunciated" = 1 AND "kind" =~ /^(gas|state)$/`,
        noValue: 'No alarm stands, unless the server is silent',
        within: ['facility', 'area', 'sensor'],
      },
    ),
  ],
}
