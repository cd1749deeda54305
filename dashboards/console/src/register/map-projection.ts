import type { MapGeometry } from './map-places.ts'

/** Degrees, longitude first (RFC 7946). */
type Position = readonly number[]

/** Of the sphere that has the volume of the earth, m. */
const EARTH_M = 6_371_000
const RADIANS = Math.PI / 180
/** A plant of one point is not drawn as large as a screen, m. */
const LEAST_M = 200

export interface MapSize {
  width: number
  height: number
  /** Air around the places. */
  padding: number
}

/** Degrees to points of the drawing, north up. */
export interface Projection {
  /** [x, y] from the top left. */
  at(position: Position): [number, number]
  /** Points of the drawing for one metre. */
  readonly scale: number
}

/**
 * An equirectangular projection about the middle of the places, fitted to the drawing. True to scale within a region;
 * undefined without a single position. Places on both sides of the 180th meridian stand together.
 */
export function fitted(geometries: readonly (MapGeometry | null)[], size: MapSize): Projection | undefined {
  const positions = geometries.flatMap((geometry) => (geometry === null ? [] : positionsOf(geometry)))
  const [first] = positions
  if (first === undefined) return undefined
  const lon0 = first[0] ?? 0
  const near = (lon: number) => lon - 360 * Math.round((lon - lon0) / 360)
  const lons = extent(positions.map(([lon = 0]) => near(lon)))
  const lats = extent(positions.map(([, lat = 0]) => lat))
  const [lonMid, latMid] = [(lons.low + lons.high) / 2, (lats.low + lats.high) / 2]
  const perLat = EARTH_M * RADIANS
  const perLon = perLat * Math.cos(latMid * RADIANS)
  const wide = Math.max(LEAST_M, (lons.high - lons.low) * perLon)
  const high = Math.max(LEAST_M, (lats.high - lats.low) * perLat)
  const scale = Math.min((size.width - 2 * size.padding) / wide, (size.height - 2 * size.padding) / high)
  return {
    scale,
    at: ([lon = 0, lat = 0]) => [
      size.width / 2 + (near(lon) - lonMid) * perLon * scale,
      size.height / 2 - (lat - latMid) * perLat * scale,
    ],
  }
}

/** The outline of an area for the attribute `d`; empty for a point. */
export function pathOf(geometry: MapGeometry, { at }: Projection): string {
  return ringsOf(geometry)
    .map((ring) => `M${ring.map((position) => at(position).map(tenth).join(' ')).join('L')}Z`)
    .join('')
}

/** Where the mark of a place stands: at its point, or in the middle of its outline. */
export function markAt(geometry: MapGeometry, projection: Projection): [number, number] {
  if (geometry.type === 'Point') return projection.at(geometry.coordinates)
  return centroid((geometry.coordinates[0] ?? []).map(projection.at))
}

/** The longest round length that takes at most `most` points: 1, 2 or 5 times a power of ten, m. */
export function scaleBar({ scale }: Projection, most: number): { metres: number; length: number } {
  const power = 10 ** Math.floor(Math.log10(most / scale))
  const metres = power * ([5, 2].find((times) => times * power * scale <= most) ?? 1)
  return { metres, length: metres * scale }
}

function positionsOf(geometry: MapGeometry): Position[] {
  return geometry.type === 'Point' ? [geometry.coordinates] : ringsOf(geometry).flat()
}

function ringsOf(geometry: MapGeometry): readonly (readonly Position[])[] {
  return geometry.type === 'Point' ? [] : geometry.coordinates
}

function extent(values: readonly number[]): { low: number; high: number } {
  return values.reduce(
    ({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }),
    { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY },
  )
}

function centroid(ring: readonly [number, number][]): [number, number] {
  let [twice, x, y] = [0, 0, 0]
  // From the first corner, so that no precision is lost far from the origin.
  const [x0, y0] = ring[0] ?? [0, 0]
  for (const [index, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
    const cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    twice += cross
    x += (ax + bx - 2 * x0) * cross
    y += (ay + by - 2 * y0) * cross
  }
  return Math.abs(twice) < 1e-9 ? [x0, y0] : [x0 + x / (3 * twice), y0 + y / (3 * twice)]
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
