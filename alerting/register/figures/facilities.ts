import { type RawBuilder, sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import { regionLevel } from '../../../contracts/register/region.ts'
import type { RegisterDb } from '../store/tables.ts'
import type { HazardFilter } from './figures-query.ts'
import { isOneOf, where } from './hazard-where.ts'
import { NO_ZONE } from './tally-cell.ts'

type Which = Pick<HazardFilter, 'scope' | 'region' | 'facility'>

/** Facilities that a question is about. */
export interface NamedFacility {
  readonly id: string
  readonly name: string
}

/** Conditions on facilities `f`. @throws CodedError REGION_UNKNOWN for a path that is none */
export function facilityWhere({ scope, region, facility }: Which): RawBuilder<unknown>[] {
  const level = region === undefined ? undefined : regionLevel(region)
  if (region !== undefined && level === undefined) throw unknownRegion(region)
  return [
    ...(scope === null ? [] : [isOneOf(sql.ref('f.id'), scope)]),
    ...(facility === undefined ? [] : [sql`f.id = ${facility}`]),
    ...(level === undefined ? [] : [sql`${sql.ref(`f.${level}`)} = ${region}`]),
  ]
}

/** The clocks of the facilities concerned. @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN */
export async function zonesOf(db: RegisterDb, which: Which): Promise<string[]> {
  const { rows } = await sql<{ timezone: string }>`
    SELECT DISTINCT f.timezone FROM facility f ${where(facilityWhere(which))} ORDER BY f.timezone`.execute(db)
  const { region, facility } = which
  if (rows.length > 0) return rows.map(({ timezone }) => timezone)
  if (facility !== undefined)
    throw new CodedError(
      'FACILITY_UNKNOWN',
      `no facility "${facility}"${region === undefined ? '' : ` under "${region}"`}`,
    )
  if (region !== undefined) throw unknownRegion(region)
  return [NO_ZONE]
}

/** The facilities concerned, by id, at most `most`. @throws CodedError FIGURES_TOO_WIDE when there are more */
export async function facilitiesOf(db: RegisterDb, which: Which, most: number): Promise<NamedFacility[]> {
  const { rows } = await sql<NamedFacility>`
    SELECT f.id, f.name FROM facility f ${where(facilityWhere(which))}
    ORDER BY f.id LIMIT ${sql.lit(most + 1)}`.execute(db)
  if (rows.length > most) throw new CodedError('FIGURES_TOO_WIDE', `there are more than ${most} facilities`)
  return rows
}

function unknownRegion(region: string): CodedError {
  return new CodedError('REGION_UNKNOWN', `no facility stands under "${region}"`)
}
