import { chosen, IN_RANGE, MEASURED, OF_GATEWAYS } from '../influxql.ts'
import { trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { kindBoard } from './kind.ts'

const SCOPE = chosen('facility', 'area', 'sensor', 'unit')

/** Points that movement is measured over: of neighbours alone it is the noise of the gauge, a hundred times. */
const SMOOTHED = 15

/** Tanks: what stands in them, and how fast it moves. */
export const LEVEL = kindBoard({
  kind: 'level',
  name: 'level',
  title: 'Level',
  description: 'Levels of all tanks with their set points, and how fast they move.',
  reduce: 'mean',
  more: [
    trend({
      title: 'Movement, $unit per hour',
      description: `Above zero a tank fills, below it empties. A tank that nobody moves stands at zero. Over ${SMOOTHED} points of the range at a time: the ripple of a gauge is no movement.`,
      size: { w: 24, h: 8 },
      repeat: 'unit',
      targets: [
        InfluxQuery.series(
          `SELECT derivative(moving_average(mean("value"), ${SMOOTHED}), 1h) FROM "level" WHERE ${MEASURED} AND ${OF_GATEWAYS} AND ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
        ),
      ],
      field: { decimals: 2 },
    }),
  ],
})
