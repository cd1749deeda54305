import { MAP_COLOURS } from '../../../contracts/register/map-api.ts'
import type { Board } from '../board.ts'
import { chosen, NOW } from '../influxql.ts'
import { toBoard } from '../links.ts'
import { RISK_MAPPING } from '../look.ts'
import { placeMap } from '../panels/map.ts'
import { rows } from '../panels/rows.ts'
import type { DataLink, Overrides } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'

/** Fields of `risk` that people see, and what they call them. */
const SHOWN = {
  name: 'Place',
  colour: 'Risk',
  why: 'Why',
  openHazards: 'Open hazards',
  facilityName: 'Facility',
} as const

const LATEST = [...Object.keys(SHOWN), 'lat', 'lon']
  .map((field) => `last("${field}") AS "${field}"`)
  .join(', ')
const PLACES = `SELECT ${LATEST} FROM "risk" WHERE ${NOW} AND ${chosen('facility', 'region')} GROUP BY "facility", "area", "level"`
const TO_HAZARDS: DataLink = toBoard('hazards', 'Hazards of the plant')

const WORDS: Overrides = {
  colour: [{ id: 'mappings', value: [RISK_MAPPING] }],
  ...Object.fromEntries(
    Object.entries(SHOWN)
      // What the map looks for keeps its name.
      .filter(([field]) => !['name', 'colour'].includes(field))
      .map(([field, title]) => [field, [{ id: 'displayName', value: title }]]),
  ),
}

/** Where is the risk? */
export const RISK: Board = {
  name: 'risk',
  title: 'Risk map',
  description:
    'Where is the risk? Plants and areas by the worst of open hazards, standing alarms, what is stored and how strongly the ground shakes.',
  variables: [scopeVariable('facility', 'risk'), scopeVariable('region', 'risk', ['facility'])],
  from: 'now-6h',
  refresh: '30s',
  panels: [
    placeMap({
      title: 'Risk',
      description:
        'Colour, size and word say the same. Places whose facility file gives no location are in the table alone. Without a tile server the ground is empty, and the places are there all the same.',
      size: { w: 12, h: 18 },
      targets: [InfluxQuery.table(`SELECT * FROM (${PLACES}) WHERE "lat" >= -90`)],
      columns: {
        latitude: 'lat',
        longitude: 'lon',
        urgency: { column: 'colour', highest: MAP_COLOURS.length - 1 },
        name: 'name',
      },
      overrides: WORDS,
      links: [TO_HAZARDS],
    }),
    rows({
      title: 'Places, worst first',
      description:
        'The same as the map, for whoever has no map or sees no colours; and places that are on no map.',
      size: { w: 12, h: 18 },
      targets: [InfluxQuery.table(PLACES)],
      columns: {
        name: { title: SHOWN.name, width: 150, links: [TO_HAZARDS] },
        colour: { title: SHOWN.colour, width: 95, mapping: RISK_MAPPING },
        why: { title: SHOWN.why },
        openHazards: { title: 'Open', width: 70 },
        level: { title: 'What', width: 80 },
        facilityName: { title: SHOWN.facilityName, width: 140 },
      },
      sortBy: [
        { column: 'colour', desc: true },
        { column: 'openHazards', desc: true },
      ],
      field: { noValue: 'NO DATA: the register is silent' },
    }),
  ],
}
