import { setImmediate } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { RiskSource } from '../../../contracts/register/hazard-sums.ts'
import type { MapFeature, MapLevel, RiskMap } from '../../../contracts/register/map-api.ts'
import type { RegisterContext, RegisterPlace } from '../context.ts'
import { facilityWhere, zonesOf } from '../figures/facilities.ts'
import { where } from '../figures/hazard-where.ts'
import { regionColumns } from '../hazard/hazard-store.ts'
import type { RegisterDb } from '../store/tables.ts'
import { type InventoryPort, type LiveEvidence, liveEvidence } from './live-evidence.ts'
import { areaFeatures, type MappedFacility, plantFeature } from './map-features.ts'
import { openHazards, type PlacedHazards } from './open-hazards.ts'
import { regionFeatures, type WideLevel } from './region-features.ts'

/** The finest level that is shown unless asked for another, by how many facilities there are. */
const FACILITIES_WITH_AREAS = 20
const FACILITIES_ONE_BY_ONE = 1_000
/** More are too many for one answer. */
const MOST: Readonly<Partial<Record<MapLevel, number>>> = { area: 200, facility: 2_000 }

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
    const concerned = facilityWhere(query)
    const plants = await countFacilities(db, concerned)
    const level = query.level ?? levelFor(plants)
    if (plants > (MOST[level] ?? Number.POSITIVE_INFINITY))
      throw new CodedError('FIGURES_TOO_WIDE', `${plants} facilities are too many to show each ${level}`)
    const features =
      level === 'area' || level === 'facility'
        ? await this.#plants(await mappedFacilities(db, concerned), level, await openHazards(db, query, time))
        : await this.#regions(query, level, time)
    return { type: 'FeatureCollection', features, level, time: formatIso(time, timezone) }
  }

  /** Areas and plants of this server, for dashboards. */
  async risk(facilities: readonly string[]): Promise<readonly MapFeature[]> {
    return (await this.map({ scope: facilities, level: 'area' })).features
  }

  async #plants(
    rows: readonly MappedFacility[],
    level: MapLevel,
    hazards: readonly PlacedHazards[],
  ): Promise<MapFeature[]> {
    const byFacility = Map.groupBy(hazards, ({ facility }) => facility)
    const places = this.#context.places()
    const features: MapFeature[] = []
    for (const row of rows) {
      const place = places.get(row.id)
      const live = place === undefined ? undefined : await this.#live(place)
      const known = { row, facility: place?.facility, live, hazards: byFacility.get(row.id) ?? [] }
      features.push(plantFeature(known), ...(level === 'area' ? areaFeatures(known) : []))
    }
    return features
  }

  async #regions(query: MapQuery, level: WideLevel, now: number): Promise<MapFeature[]> {
    const { db, places } = this.#context
    const { scope, region, facility } = query
    const live = new Map<string, LiveEvidence[]>()
    for (const [id, place] of places()) {
      const stands = regionColumns(place.facility)
      const node = stands[level]
      const isMeant =
        (scope === null || scope.includes(id)) &&
        (facility === undefined || id === facility) &&
        (region === undefined || Object.values(stands).includes(region))
      if (node !== null && isMeant) live.set(node, [...(live.get(node) ?? []), await this.#live(place)])
    }
    const alone = [...facilityWhere(query), sql`${sql.ref(`f.${level}`)} IS NULL`]
    const rows = await mappedFacilities(db, alone)
    const single = rows.map(({ id }) => id)
    return [
      ...(await regionFeatures(db, query, { level, live, now })),
      ...(rows.length === 0
        ? []
        : await this.#plants(rows, 'facility', await openHazards(db, { scope: single }, now))),
    ]
  }

  /** Alarms of a plant are looked through at once; between plants everything else has its turn. */
  async #live(place: RegisterPlace): Promise<LiveEvidence> {
    await setImmediate()
    return liveEvidence(place, this.#inventories)
  }
}

function levelFor(facilities: number): MapLevel {
  if (facilities <= FACILITIES_WITH_AREAS) return 'area'
  return facilities <= FACILITIES_ONE_BY_ONE ? 'facility' : 'town'
}

async function countFacilities(db: RegisterDb, conditions: readonly RawBuilder<unknown>[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM facility f ${where(conditions)}`.execute(db)
  return rows[0]?.n ?? 0
}

async function mappedFacilities(
  db: RegisterDb,
  conditions: readonly RawBuilder<unknown>[],
): Promise<MappedFacility[]> {
  const { rows } = await sql<MappedFacility>`
    SELECT f.id, f.name, f.lat, f.lon, f.city, f.county, f.town, f.grid
    FROM facility f ${where(conditions)} ORDER BY f.id`.execute(db)
  return rows
}
