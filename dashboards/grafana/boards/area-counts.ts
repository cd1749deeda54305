import { chosen, NOW } from '../influxql.ts'
import { COLOUR, steps } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { type DataLink, dataLink, type Unplaced } from '../panels/shown.ts'
import { tiles } from '../panels/tiles.ts'
import { InfluxQuery } from '../target.ts'

/** One count: a field of `area`, what people call it, the colour that it has from 1 on, and where it leads to. */
export interface AreaCount {
  field: string
  title: string
  colour: string
  link: DataLink
}

/** Counts of alarms, the most urgent first. */
export function alarmCounts(link: DataLink): AreaCount[] {
  return [
    { field: 'unacknowledged', title: 'Unacknowledged', colour: COLOUR.critical, link },
    { field: 'critical', title: 'Critical', colour: COLOUR.critical, link },
    { field: 'high', title: 'High', colour: COLOUR.high, link },
    { field: 'medium', title: 'Medium', colour: COLOUR.medium, link },
    { field: 'low', title: 'Low', colour: COLOUR.low, link },
    { field: 'setAside', title: 'Set aside', colour: COLOUR.setAside, link },
  ]
}

/**
 * Counts over all areas, from the latest picture of each. All in one panel, so that a phone has them on one screen, and the
 * database is asked once.
 */
export function areaCounts(
  counts: readonly AreaCount[],
  { size, description }: { size: Size; description: string },
): Unplaced {
  const latest = counts.map(({ field }) => `last("${field}") AS "${field}"`).join(', ')
  const sums = counts.map(({ field, title }) => `sum("${field}") AS "${title}"`).join(', ')
  const areas = `SELECT ${latest} FROM "area" WHERE ${NOW} AND ${chosen('facility', 'area')} GROUP BY "facility", "area"`
  return tiles({
    title: 'Now',
    description,
    size,
    targets: [InfluxQuery.series(`SELECT ${sums} FROM (${areas})`, '$col')],
    field: { decimals: 0 },
    overrides: Object.fromEntries(
      counts.map(({ title, colour, link }) => [
        title,
        [
          { id: 'thresholds', value: steps([1, colour]).build() },
          { id: 'links', value: [dataLink(link)] },
        ],
      ]),
    ),
    isNamed: true,
    isFilled: true,
    silence: 'NO DATA: the server is silent',
  })
}
