import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { RiskSource } from '../../../contracts/register/hazard-sums.ts'
import type { MapFeature, MapLevel, RiskMap } from '../../../contracts/register/map-api.ts'
import type { RegisterContext } from '../context.ts'
import { facilityWhere, zonesOf } from '../figures/facilities.ts'
import { where } from '../figures/hazard-where.ts'
import type { RegisterDb } from '../store/tables.ts'
import { type InventoryPort, type LiveEvidence, liveEvidence } from './live-evidence.ts'
import { type MappedFacility, placeFeatures, regionFeatures } from './map-features.ts'
import { openHazards, type PlacedHazards } from './open-hazards.ts'

/** The finest level that is shown unless asked for another, by how many facilities there are. */
const FACILITIES_WITH_AREAS = 20
const FACILITIES_ONE_BY_ONE = 1_000
/** More are too many for one answer. */
const MOST: Readonly<Partial<Record<MapLevel, number>>> = { area: 200, facility: 20_000 }

export interface MapQuery {
  /** The facilities that who asks may see; null: all. */
  readonly scope: readonly string[] | null
  readonly region?: string | undefined
  readonly facility?: string | undefined
  readonly level?: MapLevel | undefined
}

/** Places by their colour now, as GeoJSON. */
export class RiskMapDesk implements RiskSource {
  readonly #context: Pick<RegisterContext, 'db' | 'now' | 'places'>
  readonly #inventories: InventoryPort

  /** `inventories` has no sources unless the facility file lists them. */
  constructor(
    context: Pick<RegisterContext, 'db' | 'now' | 'places'>,
    inventories: InventoryPort = () => [],
  ) {
    this.#context = context
    this.#inventories = inventories
  }

  /** @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN, FIGURES_TOO_WIDE */
  async map(query: MapQuery): Promise<RiskMap> {
    const { db, now } = this.#context
    const time = now()
    const [timezone = 'UTC'] = await zonesOf(db, query)
    const rows = await mappedFacilities(db, query)
    const level = query.level ?? levelFor(rows.length)
    if (rows.length > (MOST[level] ?? Number.POSITIVE_INFINITY))
      throw new CodedError('FIGURES_TOO_WIDE', `${rows.length} facilities are too many to show each ${level}`)
    const features = await this.#features(rows, level, await openHazards(db, query, time))
    return { type: 'FeatureCollection', features, level, time: formatIso(time, timezone) }
  }

  /** Areas and plants of this server, for dashboards. */
  async risk(facilities: readonly string[]): Promise<readonly MapFeature[]> {
    return (await this.map({ scope: facilities, level: 'area' })).features
  }

  async #features(
    rows: readonly MappedFacility[],
    level: MapLevel,
    hazards: readonly PlacedHazards[],
  ): Promise<MapFeature[]> {
    const byFacility = Map.groupBy(hazards, ({ facility }) => facility)
    const places = this.#context.places()
    const features: MapFeature[] = []
    for (const row of rows) {
      const place = places.get(row.id)
      let live: LiveEvidence | undefined
      if (place !== undefined) {
        live = liveEvidence(place, this.#inventories)
        // Alarms of a plant are looked through at once; between plants everything else has its turn.
        await setImmediate()
      }
      features.push(
        ...placeFeatures(
          { row, facility: place?.facility, live, hazards: byFacility.get(row.id) ?? [] },
          level,
        ),
      )
    }
    return level === 'area' || level === 'facility' ? features : regionFeatures(features, rows, level)
  }
}

function levelFor(facilities: number): MapLevel {
  if (facilities <= FACILITIES_WITH_AREAS) return 'area'
  return facilities <= FACILITIES_ONE_BY_ONE ? 'facility' : 'town'
}

async function mappedFacilities(db: RegisterDb, query: MapQuery): Promise<MappedFacility[]> {
  const { rows } = await sql<MappedFacility>`
    SELECT f.id, f.name, f.lat, f.lon, f.city, f.county, f.town, f.grid
    FROM facility f ${where(facilityWhere(query))} ORDER BY f.id`.execute(db)
  return rows
}
