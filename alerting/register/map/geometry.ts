import type { Location } from '../../../contracts/facility.ts'
import type { MapFeature } from '../../../contracts/register/map-api.ts'

type Geometry = NonNullable<MapFeature['geometry']>
type Position = [lon: number, lat: number]

/** Twice the area that is no line yet, square degrees: some hundredths of a square metre. */
const LEAST_AREA = 1e-11

/** A place as RFC 7946 has it: its outline where that encloses anything, else its point; null when it is nowhere. */
export function geometryOf(
  location: Location | undefined,
  outline: readonly Location[] | undefined,
): MapFeature['geometry'] {
  const ring = ringOf(outline ?? [])
  if (ring !== undefined) return { type: 'Polygon', coordinates: [ring] } satisfies Geometry
  const point = location ?? outline?.[0]
  return point === undefined ? null : { type: 'Point', coordinates: positionOf(point) }
}

/** Closed, and counter-clockwise as the right-hand rule wants an outer ring. */
export function ringOf(corners: readonly Location[]): Position[] | undefined {
  const open = corners
    .map(positionOf)
    .filter((position, index, all) => index === 0 || !isSame(position, all[index - 1]))
  if (open.length > 1 && isSame(open[0], open.at(-1))) open.pop()
  const area = signedArea(open)
  const [first] = area < 0 ? open.reverse() : open
  return first === undefined || open.length < 3 || Math.abs(area) < LEAST_AREA ? undefined : [...open, first]
}

function positionOf({ lat, lon }: Location): Position {
  return [lon, lat]
}

function isSame(one: Position | undefined, other: Position | undefined): boolean {
  return one !== undefined && other !== undefined && one[0] === other[0] && one[1] === other[1]
}

/** Twice the area in square degrees, from the first corner so that no digits are lost; positive counter-clockwise. */
export function signedArea(ring: readonly Position[]): number {
  const [x0, y0] = ring[0] ?? [0, 0]
  return ring.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y]
    return sum + ((x - x0) * (nextY - y0) - (nextX - x0) * (y - y0))
  }, 0)
}
