import { chosen, IN_RANGE, MEASURED, ofQuantity } from '../influxql.ts'
import { TO_SENSOR } from '../links.ts'
import { COLOUR, noYesMapping } from '../look.ts'
import { lanes } from '../panels/lanes.ts'
import { rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'
import { quantityTrend } from './quantity-trend.ts'

const SCOPE = chosen('facility', 'area', 'sensor')

/** What seismic stations tell beside the peak of the motion: features by their names. */
export const SEISMIC_FEATURES: readonly Unplaced[] = [
  quantityTrend({
    title: 'Intensity',
    description: 'JMA instrumental intensity, and that of GB/T 17742-2020, the greatest of every interval.',
    size: { w: 12, h: 9 },
    of: 'seismic',
    quantities: ['jma', 'gbt17742'],
    reduce: 'max',
    field: { decimals: 1 },
  }),
  quantityTrend({
    title: 'STA/LTA',
    description: 'Short-term over long-term average: where it rises, something shakes that did not before.',
    size: { w: 12, h: 9 },
    of: 'seismic',
    quantities: ['staLta'],
    reduce: 'max',
    field: { decimals: 1 },
  }),
  lanes({
    title: 'Events under way',
    description:
      'Of each station. A single one that has an event is a knock at its housing rather than an earthquake.',
    size: { w: 12, h: 8 },
    targets: [
      InfluxQuery.series(
        `SELECT max("value") FROM "seismic" WHERE ${MEASURED} AND ${ofQuantity('event')} AND ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
        '$tag_sensor',
      ),
    ],
    field: { mappings: [noYesMapping('quiet', 'EVENT', COLOUR.medium)] },
  }),
  quantityTrend({
    title: 'Noise',
    description:
      'Root mean square without an event. A station that has become louder stands near something new.',
    size: { w: 12, h: 8 },
    of: 'seismic',
    quantities: ['noise'],
    reduce: 'mean',
    isLogarithmic: true,
    field: { decimals: 3 },
  }),
  rows({
    title: 'Events',
    description:
      'When stations noticed an event within the time range. A click on one opens the page of the sensor in the console: its waveforms are there.',
    size: { w: 24, h: 8 },
    targets: [
      InfluxQuery.table(
        `SELECT * FROM (SELECT difference("value") AS "onset" FROM "seismic" WHERE ${MEASURED} AND ${ofQuantity('event')} AND ${IN_RANGE} AND ${SCOPE} GROUP BY "facility", "area", "sensor") WHERE "onset" > 0`,
      ),
    ],
    field: { noValue: 'No event within the time range' },
    columns: {
      Time: { title: 'Onset', width: 200, links: [TO_SENSOR] },
      sensor: { title: 'Station', width: 160, links: [TO_SENSOR] },
      area: { title: 'Area' },
      facility: { title: 'Facility' },
    },
    sortBy: [{ column: 'Time', desc: true }],
  }),
]
