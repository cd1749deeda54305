import type { MapColour, MapFeature, MapReason, RiskMap } from '../../../../contracts/register/map-api.ts'
import { RISK_COLOURS } from '../../../../contracts/register/words.ts'

/** From the least to the greatest. */
const COLOURS: readonly MapColour[] = ['grey', ...RISK_COLOURS]

export type MapGeometry = NonNullable<MapFeature['geometry']>

/** A place of the map as it is drawn and listed. */
export interface MapPlace extends Omit<MapFeature['properties'], 'colour'> {
  /** Facility, or facility/area, or path of the region. */
  key: string
  colour: MapColour
  geometry: MapGeometry | null
}

/** The worst first; of the same colour in the order of their names. */
export function placesOf({ features }: Pick<RiskMap, 'features'>): MapPlace[] {
  return features
    .map(({ id, geometry, properties }) => ({
      ...properties,
      key: id,
      colour: markColour(properties.colour),
      geometry,
    }))
    .sort((a, b) => COLOURS.indexOf(b.colour) - COLOURS.indexOf(a.colour) || a.name.localeCompare(b.name))
}

/** One of another release is grey: it is not known what it means. */
export function markColour(colour: string): MapColour {
  return COLOURS.find((known) => known === colour) ?? 'grey'
}

/** The hazards of a place, for the address of the list. */
export function listOf({
  facility,
  area,
  region,
}: Pick<MapPlace, 'facility' | 'area' | 'region'>): Record<string, string> {
  if (facility === null) return region === null ? {} : { region }
  return area === null ? { facility } : { facility, area }
}

/** The id of the alarm that a reason is about, which its text begins with. */
export function alarmOf({ cause, text }: MapReason): string | undefined {
  return cause === 'alarm' ? /^\S+/.exec(text)?.[0] : undefined
}
