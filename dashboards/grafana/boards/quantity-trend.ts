import type { SensorKind } from '../../../contracts/facility-words.ts'
import type { Unit } from '../../../contracts/units.ts'
import { chosen, IN_RANGE, inUnit, MEASURED, ofQuantity } from '../influxql.ts'
import { TO_NAMED_SENSOR } from '../links.ts'
import type { Unplaced } from '../panels/shown.ts'
import { type Trend, trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'

interface QuantityTrend extends Omit<Trend, 'targets'> {
  /** The measurement. */
  of: SensorKind
  quantities: readonly string[]
  /** Of those in this unit, which `field` names; all. */
  unit?: Unit
  /** How readings of one interval become one point. */
  reduce: 'max' | 'mean' | 'min' | 'last'
}

/** A line for each sensor of some quantities; good and uncertain readings. */
export function quantityTrend({ of, quantities, unit, reduce, ...shown }: QuantityTrend): Unplaced {
  const which =
    unit === undefined ? ofQuantity(...quantities) : `${ofQuantity(...quantities)} AND ${inUnit(unit)}`
  const query = `SELECT ${reduce}("value") FROM "${of}" WHERE ${MEASURED} AND ${which} AND ${IN_RANGE} AND ${chosen('facility', 'area', 'sensor')} GROUP BY time($__interval), "sensor" fill(none)`
  return trend({
    links: [TO_NAMED_SENSOR],
    ...shown,
    targets: [InfluxQuery.series(query, '$tag_sensor')],
  })
}
