import { formatIso } from '../../../contracts/iso-time.ts'
import type { HazardScale, HazardView } from '../../../contracts/register/hazard-api.ts'
import type { RegisterPlan } from '../../../contracts/register/plan.ts'
import { type Hazard, isOverdue, type SignedAt } from './hazard.ts'
import { hazardOf } from './hazard-row.ts'
import type { HazardRow } from './hazard-tables.ts'

/** By what a facility judges, for whoever fills in a form. */
export function scaleView({ risk: { method, bands }, deadlineMs }: RegisterPlan): HazardScale {
  return { method, bands: bands[method], deadlineMs }
}

/** As the API shows it, in the time of its plant. `now`: epoch ms. */
export function hazardView(row: HazardRow, timezone: string, now: number): HazardView {
  const hazard = hazardOf(row)
  const time = (ms: number) => formatIso(ms, timezone)
  const maybe = (ms: number | null) => (ms === null ? null : time(ms))
  const signed = (at: SignedAt | null) => (at === null ? null : { by: at.by, time: time(at.time) })
  const { plan, extension, supervised } = hazard
  return {
    ...shownAsIs(hazard),
    region: row.grid ?? row.town ?? row.county ?? row.city,
    isOverdue: isOverdue(hazard, now),
    found: time(hazard.found),
    deadline: maybe(hazard.deadline),
    plan: plan === null ? null : { text: plan.text, by: plan.by, approved: signed(plan.approved) },
    extension: extension === null ? null : { ...extension, until: time(extension.until) },
    rectified: signed(hazard.rectified),
    verified: signed(hazard.verified),
    closed: signed(hazard.closed),
    supervised: supervised === null ? null : { ...supervised, since: time(supervised.since) },
    updated: time(hazard.updated),
  }
}

function shownAsIs(hazard: Hazard) {
  const { number, facility, area, source, rule, sensor, alarm, title, description, kind, grade } = hazard
  const { majorBy, needsShutdown, risk, status, version, foundBy, measures, responsible, funds } = hazard
  const { contingency, leader, evidence, reopens, reopenedAs, occurrences } = hazard
  return {
    number,
    facility,
    area,
    source,
    rule,
    sensor,
    alarm,
    title,
    description,
    kind,
    grade,
    majorBy,
    needsShutdown,
    risk,
    status,
    version,
    foundBy,
    measures,
    responsible,
    funds,
    contingency,
    leader,
    evidence,
    reopens,
    reopenedAs,
    occurrences,
  }
}
