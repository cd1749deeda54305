import { sql } from 'kysely'
import { formatIso } from '../../../../contracts/iso-time.ts'
import type { RegisterContext } from '../../context.ts'
import { zonesOf } from '../facilities.ts'
import type { HazardFilter } from '../figures-query.ts'
import { hazardWhere, where } from '../hazard-where.ts'
import { NO_ZONE } from '../tally-cell.ts'

/** Hazards of one page: what a report holds of a list at a time. */
const PAGE = 1_000

/** Columns of a list of hazards. Key: in {@link ListedHazard}. */
export const LIST_TITLES = {
  number: 'Number',
  facility: 'Facility',
  facilityName: 'Facility name',
  region: 'Region',
  area: 'Area',
  title: 'Title',
  kind: 'Kind',
  grade: 'Grade',
  colour: 'Risk',
  source: 'Source',
  status: 'Status',
  overdue: 'Overdue',
  found: 'Found',
  deadline: 'Deadline',
  closed: 'Closed',
  days: 'Days',
  responsible: 'Responsible',
} as const

export const LIST_COLUMNS = Object.keys(LIST_TITLES) as (keyof typeof LIST_TITLES)[]
export type ListedHazard = Readonly<Record<keyof typeof LIST_TITLES, string | number | null>>

interface Row {
  number: number
  facility: string
  name: string | null
  timezone: string | null
  region: string | null
  area: string | null
  title: string
  kind: string
  grade: string
  colour: string | null
  source: string
  status: string
  found: number
  deadline: number | null
  closed: number | null
  responsible: string | null
}

/**
 * The hazards, oldest number first, a page at a time; one that changes meanwhile is as it is when its page is read.
 * @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN
 */
export async function* hazardPages(
  { db, now }: Pick<RegisterContext, 'db' | 'now'>,
  filter: HazardFilter,
): AsyncGenerator<ListedHazard[]> {
  const conditions = hazardWhere(filter, await zonesOf(db, filter))
  const time = now()
  for (let after = 0; ; ) {
    const { rows } = await sql<Row>`
      SELECT h.number, h.facility, f.name, f.timezone, coalesce(h.grid, h.town, h.county, h.city) AS region, h.area,
        h.title, h.kind, h.grade, h.colour, h.source, h.status, h.found, h.deadline, h.closed, h.responsible
      FROM hazard h LEFT JOIN facility f ON f.id = h.facility
      ${where([...conditions, sql`h.number > ${after}`])}
      ORDER BY h.number LIMIT ${sql.lit(PAGE)}`.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.number
    yield rows.map((row) => listed(row, time))
    if (rows.length < PAGE) return
  }
}

/** `now`: epoch ms. */
function listed({ name, timezone, found, deadline, closed, ...row }: Row, now: number): ListedHazard {
  const zone = timezone ?? NO_ZONE
  const iso = (ms: number | null) => (ms === null ? null : formatIso(ms, zone))
  const isOverdue = closed === null && deadline !== null && deadline < now
  return {
    ...row,
    facilityName: name,
    overdue: isOverdue ? 'yes' : '',
    found: iso(found),
    deadline: iso(deadline),
    closed: iso(closed),
    days: Math.floor(((closed ?? now) - found) / 86_400_000),
  }
}
