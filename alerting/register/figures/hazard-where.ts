import { type RawBuilder, sql } from 'kysely'
import { regionLevel } from '../../../contracts/register/region.ts'
import type { HazardFilter } from './figures-query.ts'
import { type Stretch, stretchOf } from './period.ts'
import { NO_ZONE } from './tally-cell.ts'

type Condition = RawBuilder<unknown>

/** Conditions that hazards `h` of facilities `f` meet; `zones` are those of the facilities concerned. */
export function hazardWhere(filter: HazardFilter, zones: readonly string[]): Condition[] {
  const stretches = zones.map((timezone) => stretchOf(filter.period, timezone))
  const bounded = stretches.filter((stretch) => stretch !== undefined)
  return [...placeWhere(filter), ...(bounded.length === 0 ? [] : [foundWithin(bounded)])]
}

/** The same but for the period. */
export function placeWhere({ scope, region, facility, grade, kind, source }: HazardFilter): Condition[] {
  const level = region === undefined ? undefined : regionLevel(region)
  return [
    ...(scope === null ? [] : [isOneOf(sql.ref('h.facility'), scope)]),
    ...(facility === undefined ? [] : [sql`h.facility = ${facility}`]),
    ...(level === undefined ? [] : [sql`${sql.ref(`h.${level}`)} = ${region}`]),
    ...(grade === undefined ? [] : [sql`h.grade = ${grade}`]),
    ...(kind === undefined ? [] : [sql`h.kind = ${kind}`]),
    ...(source === undefined ? [] : [sql`h.source = ${source}`]),
  ]
}

/** What was found in stretches of time: with one zone its facilities need not be looked at. */
export function foundWithin(stretches: readonly Stretch[]): Condition {
  const zones = new Set(stretches.map(({ timezone }) => timezone))
  const each = stretches.map(({ timezone, from, to }) => {
    const found = sql`h.found >= ${from} AND h.found < ${to}`
    return zones.size === 1
      ? sql`(${found})`
      : sql`(coalesce(f.timezone, ${sql.lit(NO_ZONE)}) = ${timezone} AND ${found})`
  })
  return sql`(${sql.join(each, sql` OR `)})`
}

/** None of an empty list. */
export function isOneOf(column: RawBuilder<unknown>, values: readonly string[]): Condition {
  return values.length === 0 ? sql`1 = 0` : sql`${column} IN (${sql.join(values)})`
}

/** `WHERE ... AND ...`, or nothing. */
export function where(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`
}
