import { RISK_COLOURS, type RiskColour } from '../../../../contracts/register/words.ts'

/** Grey: nothing speaks for a risk. */
export type MarkColour = RiskColour | 'grey'

/** Degrees, longitude first (RFC 7946). */
export type Position = readonly number[]

export type MapGeometry =
  | { type: 'Point'; coordinates: Position }
  | { type: 'Polygon'; coordinates: readonly (readonly Position[])[] }
  | { type: 'MultiPolygon'; coordinates: readonly (readonly (readonly Position[])[])[] }

/** Why a place has its colour. */
export interface MapReason {
  cause: string
  colour: string
  text: string
  alarm?: string | null
}

export interface MapFeature {
  type: 'Feature'
  id?: string | number
  geometry: MapGeometry | null
  properties: {
    kind: 'area' | 'facility' | 'region'
    name: string
    colour: string
    facility?: string | null
    area?: string | null
    region?: string | null
    why?: readonly MapReason[]
  }
}

/** GeoJSON as GET /api/v1/map answers it. */
export interface MapView {
  type: 'FeatureCollection'
  features: readonly MapFeature[]
}

/** A place of the map as it is drawn and listed. */
export interface MapPlace {
  key: string
  kind: MapFeature['properties']['kind']
  name: string
  colour: MarkColour
  facility: string | undefined
  area: string | undefined
  region: string | undefined
  why: readonly MapReason[]
  geometry: MapGeometry | null
}

/** The worst first; of the same colour in the order of their names. */
export function placesOf({ features }: MapView): MapPlace[] {
  return features
    .map(({ geometry, properties }, index) => ({
      key: `${properties.kind} ${properties.facility ?? ''} ${properties.area ?? properties.region ?? ''} ${index}`,
      kind: properties.kind,
      name: properties.name,
      colour: markColour(properties.colour),
      facility: properties.facility ?? undefined,
      area: properties.area ?? undefined,
      region: properties.region ?? undefined,
      why: properties.why ?? [],
      geometry,
    }))
    .sort((a, b) => rankOf(b.colour) - rankOf(a.colour) || a.name.localeCompare(b.name))
}

/** One of another release is grey: it is not known what it means. */
export function markColour(colour: string): MarkColour {
  return RISK_COLOURS.find((known) => known === colour) ?? 'grey'
}

function rankOf(colour: MarkColour): number {
  return colour === 'grey' ? -1 : RISK_COLOURS.indexOf(colour)
}
