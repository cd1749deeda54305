import { MAP_COLOURS, type MapFeature } from '../../contracts/register/map-api.ts'
import type { StatusPoint } from '../../contracts/store.ts'

/** Reasons that a point names. */
const REASONS = 3

/** A place of the risk map as it is at a time, epoch ms. `colour`: 0 grey, 1 blue, 2 yellow, 3 orange, 4 red. */
export function riskPoint({ geometry, properties }: MapFeature, time: number): StatusPoint {
  const { level, facility, area, region, name, facilityName, colour, why, openHazards } = properties
  const middle = geometry === null ? undefined : middleOf(geometry)
  return {
    measurement: 'risk',
    tags: {
      facility: facility ?? '',
      ...(area === null ? {} : { area }),
      ...(region === null ? {} : { region }),
      level,
    },
    fields: {
      colour: BigInt(MAP_COLOURS.indexOf(colour)),
      name,
      facilityName: facilityName ?? '',
      why: why
        .slice(0, REASONS)
        .map(({ text }) => text)
        .join('; '),
      openHazards: BigInt(openHazards),
      ...(middle === undefined ? {} : { lon: middle[0], lat: middle[1] }),
    },
    time,
  }
}

/** Of a polygon the mean of its corners: a marker stands there. */
function middleOf(geometry: NonNullable<MapFeature['geometry']>): readonly [lon: number, lat: number] {
  if (geometry.type === 'Point') return [geometry.coordinates[0] ?? 0, geometry.coordinates[1] ?? 0]
  // The last corner is the first.
  const corners = (geometry.coordinates[0] ?? []).slice(0, -1)
  const mean = (axis: 0 | 1) => corners.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / corners.length
  return [mean(0), mean(1)]
}
