import { chosen, NOW } from '../influxql.ts'
import { toBoard } from '../links.ts'
import { steps } from '../look.ts'
import { tiles } from '../panels/tiles.ts'
import { InfluxQuery } from '../target.ts'

/** A count over all areas, from the latest picture of each. */
export function areaCount(
  title: string,
  field: string,
  colour: string,
  description: string,
  { to = 'alarms', w = 3 } = {},
) {
  const latest = `SELECT last("${field}") AS "${field}" FROM "area" WHERE ${NOW} AND ${chosen('facility', 'area')} GROUP BY "facility", "area"`
  return tiles({
    title,
    description,
    size: { w, h: 4 },
    targets: [InfluxQuery.series(`SELECT sum("${field}") AS "${field}" FROM (${latest})`, title)],
    field: { thresholds: steps([1, colour]).build(), decimals: 0 },
    isFilled: true,
    silence: 'NO DATA',
    links: [toBoard(to, `To the dashboard ${to}`)],
  })
}
