import type { Hazard } from './hazard.ts'
import type { HazardRow, NewHazardRow } from './hazard-tables.ts'

/** Fields that stand in columns, since lists and figures ask for them. */
type Column =
  | 'number'
  | 'facility'
  | 'area'
  | 'source'
  | 'rule'
  | 'cause'
  | 'sensor'
  | 'alarm'
  | 'title'
  | 'description'
  | 'kind'
  | 'grade'
  | 'status'
  | 'version'
  | 'found'
  | 'deadline'
  | 'responsible'
  | 'reopens'
  | 'reopenedAs'
  | 'occurrences'
  | 'updated'

/** Everything else: one text of JSON. */
export type HazardBody = Omit<Hazard, Column>

/** Nodes of the region tree that a plant stands under, each with its whole path. */
export interface RegionColumns {
  readonly city: string | null
  readonly county: string | null
  readonly town: string | null
  readonly grid: string | null
}

/** A hazard as the table has it, but for its number. */
export function rowOf(hazard: Hazard, region: RegionColumns, search: string): NewHazardRow {
  const { facility, area, source, rule, cause, sensor, alarm, title, description, kind, grade, status } =
    hazard
  const { version, found, deadline, responsible, reopens, reopenedAs, occurrences, updated } = hazard
  return {
    facility,
    ...region,
    area,
    source,
    rule,
    cause,
    sensor,
    alarm,
    title,
    description,
    search,
    kind,
    grade,
    colour: hazard.risk?.colour ?? null,
    status,
    is_open: status === 'closed' ? 0 : 1,
    is_supervised: hazard.supervised === null ? 0 : 1,
    version,
    found,
    deadline,
    responsible,
    closed: hazard.closed?.time ?? null,
    reopens,
    reopened_as: reopenedAs,
    occurrences,
    updated,
    body: JSON.stringify(bodyOf(hazard)),
  }
}

/** @throws SyntaxError for a body that the register has not written */
export function hazardOf(row: HazardRow): Hazard {
  const body = JSON.parse(row.body) as HazardBody
  const { number, facility, area, source, rule, cause, sensor, alarm, title, description, kind, grade } = row
  const { status, version, found, deadline, responsible, reopens, occurrences, updated } = row
  return {
    ...body,
    number,
    facility,
    area,
    source,
    rule,
    cause,
    sensor,
    alarm,
    title,
    description,
    kind,
    grade,
    status,
    version,
    found,
    deadline,
    responsible,
    reopens,
    reopenedAs: row.reopened_as,
    occurrences,
    updated,
  }
}

function bodyOf(hazard: Hazard): HazardBody {
  const { majorBy, needsShutdown, risk, foundBy, measures, funds, assigned, contingency, leader } = hazard
  const { plan, extension, evidence, rectified, verified, closed, supervised } = hazard
  return {
    majorBy,
    needsShutdown,
    risk,
    foundBy,
    measures,
    funds,
    assigned,
    contingency,
    leader,
    plan,
    extension,
    evidence,
    rectified,
    verified,
    closed,
    supervised,
  }
}
