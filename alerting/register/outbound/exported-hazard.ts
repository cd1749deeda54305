import { formatIso } from '../../../contracts/iso-time.ts'
import type { ExportedHazard } from '../../../contracts/register/export-document.ts'
import type { HazardFilter } from '../../../contracts/register/export-plan.ts'
import type { Hazard, SignedAt } from '../hazard/hazard.ts'
import type { QueueItem } from './queue-item.ts'

/** What an outside register may know of a hazard: not who found it, who may be somebody who reported it in confidence. */
export function exportedHazard(hazard: Hazard, timezone: string): ExportedHazard {
  const iso = (ms: number) => formatIso(ms, timezone)
  const done = (at: SignedAt | null) => (at === null ? null : { by: at.by, time: iso(at.time) })
  const { supervised, deadline } = hazard
  return {
    number: hazard.number,
    area: hazard.area,
    source: hazard.source,
    sensor: hazard.sensor,
    alarm: hazard.alarm,
    title: hazard.title,
    description: hazard.description,
    kind: hazard.kind,
    grade: hazard.grade,
    needsShutdown: hazard.needsShutdown,
    risk: hazard.risk,
    status: hazard.status,
    found: iso(hazard.found),
    measures: hazard.measures,
    responsible: hazard.responsible,
    funds: hazard.funds,
    deadline: deadline === null ? null : iso(deadline),
    contingency: hazard.contingency,
    leader: hazard.leader,
    rectified: done(hazard.rectified),
    verified: done(hazard.verified),
    closed: done(hazard.closed),
    supervised:
      supervised === null ? null : { authority: supervised.authority, since: iso(supervised.since) },
    reopens: hazard.reopens,
    reopenedAs: hazard.reopenedAs,
    occurrences: hazard.occurrences,
  }
}

/** On its way to the queue. */
export function hazardItem(hazard: Hazard, timezone: string): QueueItem {
  const item = `hazard-${hazard.number}`
  const { version } = hazard
  const changed = formatIso(hazard.updated, timezone)
  const body = { id: item, version, changed, kind: 'hazard', hazard: exportedHazard(hazard, timezone) }
  return {
    kind: 'hazard',
    item,
    subject: item,
    version,
    title: hazard.title,
    body: JSON.stringify(body),
  }
}

/** All that is given holds. Without a filter nothing is sent. */
export function isSentHazard(
  filter: HazardFilter | undefined,
  { grade, status }: Pick<Hazard, 'grade' | 'status'>,
): boolean {
  if (filter === undefined) return false
  return (filter.grades?.includes(grade) ?? true) && (filter.statuses?.includes(status) ?? true)
}
