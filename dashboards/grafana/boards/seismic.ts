import { chosen, IN_RANGE, MEASURED } from '../influxql.ts'
import { TO_SENSOR } from '../links.ts'
import { rows } from '../panels/rows.ts'
import { InfluxQuery } from '../target.ts'
import { kindBoard } from './kind.ts'
import { SEISMIC_FEATURES } from './seismic-features.ts'

/** Ground motion: the peak of an interval, on a logarithmic axis, since noise and danger lie decades apart. */
export const SEISMIC = kindBoard({
  kind: 'seismic',
  name: 'seismic',
  title: 'Seismic',
  description: 'Peak ground motion of all stations with their set points.',
  reduce: 'max',
  isLogarithmic: true,
  // Ratios, intensities and flags have panels of their own.
  only: `"unit" <> '1'`,
  more: [
    ...SEISMIC_FEATURES,
    rows({
      title: 'Peaks of the range',
      description: 'The strongest motion of each channel within the time range, and when it was.',
      size: { w: 24, h: 7 },
      targets: [
        InfluxQuery.table(
          `SELECT max("value") AS "peak" FROM "seismic" WHERE ${MEASURED} AND ${IN_RANGE} AND ${chosen('facility', 'area', 'sensor')} GROUP BY "facility", "area", "sensor", "quantity", "unit"`,
        ),
      ],
      columns: {
        Time: { title: 'When', width: 200 },
        sensor: { title: 'Sensor', width: 140, links: [TO_SENSOR] },
        peak: { title: 'Peak', decimals: 3 },
        unit: { title: 'Unit', width: 90 },
        quantity: { title: 'Quantity', width: 110 },
        area: { title: 'Area' },
        facility: { title: 'Facility' },
      },
      sortBy: [{ column: 'peak', desc: true }],
    }),
  ],
})
