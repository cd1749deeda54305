import type { Board } from '../board.ts'
import { chosen, NOW } from '../influxql.ts'
import { toBoard } from '../links.ts'
import { RANK_MAPPING, RANKS, STATE_MAPPING } from '../look.ts'
import { placeMap } from '../panels/map.ts'
import { rows } from '../panels/rows.ts'
import type { DataLink, Overrides } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'

/** Fields of `area` that people see, and what they call them. */
const SHOWN = {
  name: 'Area',
  worst: 'Worst',
  worstAlarm: 'Alarm',
  worstState: 'State',
  unacknowledged: 'Unacknowledged',
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  setAside: 'Set aside',
  bad: 'Bad sensors',
  stale: 'Silent sensors',
  sensors: 'Sensors',
  facilityName: 'Facility',
} as const

const LATEST = [...Object.keys(SHOWN), 'lat', 'lon']
  .map((field) => `last("${field}") AS "${field}"`)
  .join(', ')
const AREAS = `SELECT ${LATEST} FROM "area" WHERE ${NOW} AND ${chosen('facility', 'area')} GROUP BY "facility", "area"`

const TO_ALARMS: DataLink = toBoard('alarms', 'Alarms of the area', 'var-area=${__data.fields.area}')

const WORDS: Overrides = {
  worst: [{ id: 'mappings', value: [RANK_MAPPING] }],
  worstState: [{ id: 'mappings', value: [STATE_MAPPING] }],
  ...Object.fromEntries(
    Object.entries(SHOWN)
      // What the map looks for keeps its name.
      .filter(([field]) => !['name', 'worst', 'worstState'].includes(field))
      .map(([field, title]) => [field, [{ id: 'displayName', value: title }]]),
  ),
}

/** Where is it? */
export const MAP: Board = {
  name: 'map',
  title: 'Map',
  description: 'Where is it? Areas by the most urgent alarm of each that is active or not acknowledged.',
  variables: [scopeVariable('facility', 'area'), scopeVariable('area', 'area', ['facility'])],
  panels: [
    placeMap({
      title: 'Areas',
      description:
        'Colour, size and word say how urgent the worst alarm of an area is. Areas whose facility file gives no location are in the table alone. Without a tile server the ground is empty, and the areas are there all the same.',
      size: { w: 10, h: 16 },
      // An area without a location would else stand in the Gulf of Guinea.
      targets: [InfluxQuery.table(`SELECT * FROM (${AREAS}) WHERE "lat" >= -90`)],
      columns: {
        latitude: 'lat',
        longitude: 'lon',
        urgency: { column: 'worst', highest: RANKS.length - 1 },
        name: 'name',
      },
      overrides: WORDS,
      links: [TO_ALARMS],
    }),
    rows({
      title: 'Areas, worst first',
      description:
        'The same as the map, for whoever has no map or sees no colours; and areas that are on no map.',
      size: { w: 14, h: 16 },
      targets: [InfluxQuery.table(AREAS)],
      columns: {
        name: { title: SHOWN.name, width: 125, links: [TO_ALARMS] },
        worst: { title: SHOWN.worst, width: 95, mapping: RANK_MAPPING },
        worstAlarm: { title: SHOWN.worstAlarm, width: 140 },
        worstState: { title: SHOWN.worstState, width: 195, mapping: STATE_MAPPING },
        unacknowledged: { title: 'Open', width: 70 },
        critical: { title: SHOWN.critical, width: 70 },
        high: { title: SHOWN.high, width: 60 },
        medium: { title: SHOWN.medium, width: 80 },
        low: { title: SHOWN.low, width: 60 },
        setAside: { title: SHOWN.setAside, width: 90 },
        bad: { title: SHOWN.bad, width: 100 },
        stale: { title: SHOWN.stale, width: 110 },
        sensors: { title: SHOWN.sensors, width: 80 },
        facilityName: { title: SHOWN.facilityName, width: 120 },
        area: { title: 'Id', width: 110 },
      },
      sortBy: [
        { column: 'worst', desc: true },
        { column: 'unacknowledged', desc: true },
      ],
      field: { noValue: 'NO DATA: the server is silent' },
    }),
  ],
}
