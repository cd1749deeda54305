import { sql } from 'kysely'
import type { MapFeature } from '../../../contracts/register/map-api.ts'
import { facilityWhere } from '../figures/facilities.ts'
import { where } from '../figures/hazard-where.ts'
import { nameOf } from '../figures/region-tree.ts'
import type { RegisterDb } from '../store/tables.ts'
import { colourOf } from './colour-table.ts'
import type { LiveEvidence } from './live-evidence.ts'
import { countOf, plantEvidence } from './map-features.ts'
import { openHazardsByNode } from './open-hazards.ts'

type Which = Parameters<typeof facilityWhere>[0]
export type WideLevel = 'town' | 'county' | 'city'

/**
 * Nodes of a level, each a point in the middle of its plants that have a place, with the worst of all that is in them.
 * Plants in no node of the level are in none of these. `live`: of the plants of this server; key: the node.
 */
export async function regionFeatures(
  db: RegisterDb,
  which: Which,
  { level, live, now }: { level: WideLevel; live: ReadonlyMap<string, readonly LiveEvidence[]>; now: number },
): Promise<MapFeature[]> {
  const column = sql.ref(`f.${level}`)
  const { rows } = await sql<{ path: string; plants: number; lat: number | null; lon: number | null }>`
    SELECT ${column} AS path, count(*) AS plants, avg(f.lat) AS lat, avg(f.lon) AS lon
    FROM facility f ${where([...facilityWhere(which), sql`${column} IS NOT NULL`])}
    GROUP BY 1 ORDER BY 1`.execute(db)
  const hazards = Map.groupBy(await openHazardsByNode(db, which, level, now), ({ node }) => node)
  return rows.map(({ path, plants, lat, lon }): MapFeature => {
    const [own, alive] = [hazards.get(path) ?? [], live.get(path) ?? []]
    return {
      type: 'Feature',
      id: path,
      geometry: lat === null || lon === null ? null : { type: 'Point', coordinates: [lon, lat] },
      properties: {
        level,
        name: nameOf(path),
        facility: null,
        facilityName: null,
        area: null,
        region: path,
        ...colourOf(plantEvidence(own, alive)),
        openHazards: countOf(own),
        inventories: [],
        facilities: plants,
        live: alive.length === plants,
      },
    }
  })
}
