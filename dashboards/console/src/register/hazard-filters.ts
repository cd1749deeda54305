import type { RegisterQuery } from '../route.ts'

/** What the list of hazards can be sifted by, as the address and the API name it. */
export const HAZARD_FILTERS = [
  'facility',
  'region',
  'area',
  'status',
  'grade',
  'colour',
  'source',
  'kind',
  'overdue',
  'supervised',
  'responsible',
  'alarm',
  'q',
] as const
export type HazardFilter = (typeof HAZARD_FILTERS)[number]
export type HazardFilters = Readonly<Record<HazardFilter, string>>

/** Hazards of one page of the list. */
export const PAGE_SIZE = 50

/** Those of an address; absent ones are empty. */
export function filtersOf(query: RegisterQuery): HazardFilters {
  return Object.fromEntries(HAZARD_FILTERS.map((name) => [name, (query[name] ?? '').trim()])) as HazardFilters
}

/** What is given, for an address. */
export function givenOf(filters: HazardFilters): RegisterQuery {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
}

/** What the API is asked for one page. */
export function listQuery(query: RegisterQuery, limit = PAGE_SIZE): Record<string, string> {
  const before = /^\d+$/.test(query.before ?? '') ? { before: query.before ?? '' } : {}
  return { ...givenOf(filtersOf(query)), ...before, limit: String(limit) }
}
