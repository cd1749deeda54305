import type { Facility } from '../../../contracts/facility.ts'
import type { MapFeature, MapLevel } from '../../../contracts/register/map-api.ts'
import { nameOf } from '../figures/region-tree.ts'
import type { StepTables } from '../step-tables.ts'
import { colourOf, type PlaceEvidence, worst, worstFirst } from './colour-table.ts'
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

/** The plant as a point with the worst of its areas; and each area, when that is asked for. */
export function placeFeatures(place: MappedPlace, level: MapLevel): MapFeature[] {
  const { row, hazards } = place
  const areas = areaFeatures(place)
  const location = row.lat === null || row.lon === null ? undefined : { lat: row.lat, lon: row.lon }
  const own = colourOf(evidenceOf(place, undefined))
  const plant: MapFeature = {
    type: 'Feature',
    id: row.id,
    geometry: geometryOf(location, undefined),
    properties: {
      ...common(place),
      level: 'facility',
      name: row.name,
      area: null,
      colour: worst([own.colour, ...areas.map(({ properties }) => properties.colour)]),
      why: worstFirst([...own.why, ...areas.flatMap(({ properties }) => properties.why)].filter(isFirst)),
      openHazards: hazards.reduce((sum, { count }) => sum + count, 0),
    },
  }
  return level === 'area' ? [plant, ...areas] : [plant]
}

function areaFeatures(place: MappedPlace): MapFeature[] {
  const { row, facility, hazards } = place
  // Of a plant that another server watches, areas are what hazards name.
  const names = [...new Set(hazards.flatMap(({ area }) => area ?? []))]
  const areas: Facility['areas'] = facility?.areas ?? names.map((id) => ({ id, name: id }))
  return areas.map(({ id, name, location, outline }) => ({
    type: 'Feature',
    id: `${row.id}/${id}`,
    geometry: geometryOf(location, outline),
    properties: {
      ...common(place),
      level: 'area',
      name,
      area: id,
      ...colourOf(evidenceOf(place, id)),
      openHazards: hazards.reduce((sum, { area, count }) => sum + (area === id ? count : 0), 0),
    },
  }))
}

/** What speaks of an area; without one, of the plant as a whole and of what is in no area that it has. */
function evidenceOf({ facility, live, hazards }: MappedPlace, area: string | undefined): PlaceEvidence {
  const known = new Set(facility?.areas.map(({ id }) => id) ?? hazards.flatMap((group) => group.area ?? []))
  const isHere = (of: string | null) => (area === undefined ? of === null || !known.has(of) : of === area)
  const here = <T>(all: ReadonlyMap<string, readonly T[]> | undefined) =>
    [...(all ?? [])].filter(([of]) => isHere(of === '' ? null : of)).flatMap(([, each]) => each)
  return {
    hazards: hazards.filter((group) => isHere(group.area)),
    alarms: here(live?.alarms),
    inventories: here(live?.inventories),
    intensities: live?.intensities ?? [],
  }
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

/** An earthquake is a reason of every area: once is enough. */
function isFirst({ text }: { text: string }, index: number, all: readonly { text: string }[]): boolean {
  return all.findIndex((other) => other.text === text) === index
}

/**
 * Plants of one node in one point, in the middle of those that have a place, with the worst of their colours and how
 * many have it. Plants that stand in no node of the level are left as they are.
 */
export function regionFeatures(
  plants: readonly MapFeature[],
  rows: readonly MappedFacility[],
  level: 'town' | 'county' | 'city',
): MapFeature[] {
  const nodes = new Map(rows.map((row) => [row.id, row[level]]))
  const grouped = Map.groupBy(plants, ({ id }) => nodes.get(id) ?? null)
  const single = grouped.get(null) ?? []
  grouped.delete(null)
  const regions = [...grouped].map(([path, members]) => regionFeature(path ?? '', members, level))
  return [...regions.sort((a, b) => (a.id < b.id ? -1 : 1)), ...single]
}

function regionFeature(path: string, members: readonly MapFeature[], level: MapLevel): MapFeature {
  const points = members.flatMap(({ geometry }) => (geometry?.type === 'Point' ? [geometry.coordinates] : []))
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / points.length
  const byColour = Map.groupBy(members, ({ properties }) => properties.colour)
  byColour.delete('grey')
  return {
    type: 'Feature',
    id: path,
    geometry: points.length === 0 ? null : { type: 'Point', coordinates: [mean(0), mean(1)] },
    properties: {
      level,
      name: nameOf(path),
      facility: null,
      facilityName: null,
      area: null,
      region: path,
      colour: worst(members.map(({ properties }) => properties.colour)),
      why: worstFirst(
        [...byColour].map(([colour, plants]) => ({
          cause: plants[0]?.properties.why[0]?.cause ?? 'hazard',
          colour,
          text: `${plants.length} ${plants.length === 1 ? 'plant' : 'plants'}, ${plants
            .slice(0, 5)
            .map(({ properties }) => properties.name)
            .join(', ')}${plants.length > 5 ? ' ...' : ''}`,
        })),
      ),
      openHazards: members.reduce((sum, { properties }) => sum + properties.openHazards, 0),
      facilities: members.length,
      live: members.every(({ properties }) => properties.live),
    },
  }
}
