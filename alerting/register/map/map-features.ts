import type { Facility } from '../../../contracts/facility.ts'
import type { MapFeature } from '../../../contracts/register/map-api.ts'
import type { StepTables } from '../step-tables.ts'
import { colourOf, type MappedInventory, type OpenHazards, type PlaceEvidence } from './colour-table.ts'
import { geometryOf } from './geometry.ts'
import type { LiveEvidence } from './live-evidence.ts'
import type { PlacedHazards } from './open-hazards.ts'

export type MappedFacility = Omit<StepTables['facility'], 'timezone' | 'updated'>

/** All that is known of a facility. */
export interface MappedPlace {
  readonly row: MappedFacility
  /** Undefined where another server watches it. */
  readonly facility: Facility | undefined
  readonly live: LiveEvidence | undefined
  readonly hazards: readonly PlacedHazards[]
}

/** The plant as a point, with the worst of all that is in it. */
export function plantFeature(place: MappedPlace): MapFeature {
  const { row, live, hazards } = place
  const location = row.lat === null || row.lon === null ? undefined : { lat: row.lat, lon: row.lon }
  return {
    type: 'Feature',
    id: row.id,
    geometry: geometryOf(location, undefined),
    properties: {
      ...common(place),
      level: 'facility',
      name: row.name,
      area: null,
      ...colourOf(plantEvidence(hazards, live === undefined ? [] : [live])),
      openHazards: countOf(hazards),
      inventories: shownInventories([...(live?.inventories.values() ?? [])].flat()),
    },
  }
}

/** Everything in plants, wherever it is in them. */
export function plantEvidence(hazards: readonly OpenHazards[], live: readonly LiveEvidence[]): PlaceEvidence {
  return {
    hazards: alike(hazards),
    alarms: live.flatMap(({ alarms }) => [...alarms.values()].flat()),
    inventories: live.flatMap(({ inventories }) => [...inventories.values()].flat()),
    intensities: live.flatMap(({ intensities }) => intensities),
  }
}

/** Each area of a plant: its outline, or its point. */
export function areaFeatures(place: MappedPlace): MapFeature[] {
  const { row, facility, live, hazards } = place
  // Of a plant that another server watches, areas are what hazards name.
  const named = [...new Set(hazards.flatMap(({ area }) => area ?? []))]
  const areas: Facility['areas'] = facility?.areas ?? named.map((id) => ({ id, name: id }))
  return areas.map(({ id, name, location, outline }) => {
    const here = hazards.filter(({ area }) => area === id)
    return {
      type: 'Feature',
      id: `${row.id}/${id}`,
      geometry: geometryOf(location, outline),
      properties: {
        ...common(place),
        level: 'area',
        name,
        area: id,
        ...colourOf({
          hazards: alike(here),
          alarms: live?.alarms.get(id) ?? [],
          inventories: live?.inventories.get(id) ?? [],
          intensities: live?.intensities ?? [],
        }),
        openHazards: countOf(here),
        inventories: shownInventories(live?.inventories.get(id) ?? []),
      },
    }
  })
}

export function countOf(hazards: readonly OpenHazards[]): number {
  return hazards.reduce((sum, { count }) => sum + count, 0)
}

/** A source of several areas is one of the plant. */
function shownInventories(inventories: readonly MappedInventory[]): MapFeature['properties']['inventories'] {
  const sources = new Map(inventories.map((inventory) => [inventory.id, inventory]))
  return Array.from(sources.values(), ({ id, R, grade, current }) => ({ source: id, R, grade, current }))
}

/** Hazards of several areas that are alike become one line. */
function alike(hazards: readonly OpenHazards[]): OpenHazards[] {
  const groups = Map.groupBy(hazards, ({ grade, colour, isOverdue }) => `${grade} ${colour} ${isOverdue}`)
  return [...groups.values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ ...group[0], count: countOf(group) }],
  )
}

function common({ row, live }: MappedPlace) {
  return {
    facility: row.id,
    facilityName: row.name,
    region: row.grid ?? row.town ?? row.county ?? row.city,
    facilities: 1,
    live: live !== undefined,
  }
}
