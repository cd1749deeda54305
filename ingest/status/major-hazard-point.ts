import type { MapFeature } from '../../contracts/register/map-api.ts'
import type { StatusPoint } from '../../contracts/store.ts'

type Inventory = MapFeature['properties']['inventories'][number]

/** Of what makes no major-hazard installation. */
const NO_GRADE = 0

/**
 * R of GB 18218-2018 of each major-hazard source of the places of a risk map, at design maximum and now, at a time
 * (epoch ms): a point for each of its areas, so that whoever chooses areas finds it, and one for a source without any.
 */
export function majorHazardPoints(features: readonly MapFeature[], time: number): StatusPoint[] {
  const areas = features.filter(({ properties }) => properties.level === 'area')
  const named = new Set(
    areas.flatMap(({ properties: { facility, inventories } }) =>
      inventories.map(({ source }) => keyOf(facility, source)),
    ),
  )
  return features.flatMap(({ properties: { level, facility, area, inventories } }) =>
    inventories
      .filter(({ source }) => level === 'area' || !named.has(keyOf(facility, source)))
      .map((inventory) => pointOf(inventory, { facility, area, time })),
  )
}

/** No id has a slash. */
function keyOf(facility: string | null, source: string): string {
  return `${facility}/${source}`
}

function pointOf(
  { source, R, grade, current }: Inventory,
  { facility, area, time }: { facility: string | null; area: string | null; time: number },
): StatusPoint {
  return {
    measurement: 'major_hazard',
    tags: { facility: facility ?? '', ...(area === null ? {} : { area }), source },
    fields: {
      R,
      grade: BigInt(grade ?? NO_GRADE),
      ...(current === null
        ? {}
        : {
            currentR: current.R,
            currentGrade: BigInt(current.grade ?? NO_GRADE),
            coverage: current.coverage,
          }),
    },
    time,
  }
}
