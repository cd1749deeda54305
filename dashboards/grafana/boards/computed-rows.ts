import type { SensorKind } from '../../../contracts/facility-words.ts'
import { chosen, OF_SERVER } from '../influxql.ts'
import { TO_SENSOR } from '../links.ts'
import { QUALITY_MAPPING } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'

/** What derived sensors of a kind read now: the latest of the last 10 minutes, as it came. */
export function computedRows(kind: SensorKind, size: Size): Unplaced {
  return rows({
    title: 'Computed now',
    description:
      'The latest value of each derived sensor in the last 10 minutes. Bad with the reason "inputs": too little of what it is computed from was usable. How it is computed is in the console.',
    size,
    targets: [
      InfluxQuery.table(
        `SELECT "value", "quality", "reason" FROM "${kind}" WHERE ${OF_SERVER} AND time > now() - 10m AND ${chosen('facility', 'area', 'sensor')} GROUP BY "facility", "area", "sensor", "quantity", "unit" ORDER BY time DESC LIMIT 1`,
      ),
    ],
    field: { noValue: 'Nothing was computed in the last 10 minutes' },
    columns: {
      sensor: { title: 'Sensor', width: 150, links: [TO_SENSOR] },
      value: { title: 'Value', width: 90, decimals: 2 },
      unit: { title: 'Unit', width: 80 },
      quantity: { title: 'What', width: 130 },
      quality: { title: 'Quality', width: 110, mapping: QUALITY_MAPPING },
      reason: { title: 'Reason' },
      area: { title: 'Area', width: 120 },
      facility: { title: 'Facility', width: 120 },
    },
    sortBy: [
      { column: 'quality', desc: false },
      { column: 'sensor', desc: false },
    ],
  })
}
