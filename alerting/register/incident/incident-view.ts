import { formatIso } from '../../../contracts/iso-time.ts'
import type {
  ClockView,
  DispatchView,
  IncidentDetail,
  IncidentView,
} from '../../../contracts/register/incident-api.ts'
import { CLOCKS } from '../../../contracts/register/incident-words.ts'
import { clockState } from './clock.ts'
import type { ClockRow, IncidentRow, StepRow, TeamRow } from './incident-tables.ts'

interface Moment {
  readonly timezone: string
  readonly now: number
}

/** An incident as lists and the stream show it. `clocks` are its own. */
export function incidentView(row: IncidentRow, clocks: readonly ClockRow[], moment: Moment): IncidentView {
  const time = (ms: number) => formatIso(ms, moment.timezone)
  const maybe = (ms: number | null) => (ms === null ? null : time(ms))
  const views = CLOCKS.flatMap((kind) =>
    clocks.filter((clock) => clock.kind === kind).map((clock) => clockView(clock, moment)),
  )
  return {
    number: row.number,
    facility: row.facility,
    title: row.title,
    description: row.description,
    kind: row.kind,
    level: row.level,
    status: row.status,
    version: row.version,
    commander: row.commander,
    plan: row.plan,
    area: row.area,
    location: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    started: time(row.started),
    opened: time(row.opened),
    openedBy: row.opened_by,
    contained: maybe(row.contained),
    ended:
      row.ended === null
        ? null
        : { by: row.ended_by ?? '', time: time(row.ended), review: row.review, reason: row.reason },
    clocks: views,
    breaches: views.filter(({ state }) => state === 'breached').length,
    reopens: row.reopens,
    reopenedAs: row.reopened_as,
    updated: time(row.updated),
  }
}

function clockView(row: ClockRow, { timezone, now }: Moment): ClockView {
  const time = (ms: number) => formatIso(ms, timezone)
  return {
    kind: row.kind,
    state: clockState(row, now),
    targetSeconds: row.target / 1_000,
    due: time(row.due),
    arrived: row.arrived === null ? null : time(row.arrived),
    waived:
      row.waived === null
        ? null
        : { by: row.waived_by ?? '', reason: row.waived_reason ?? '', time: time(row.waived) },
  }
}

export function dispatchView(row: TeamRow, timezone: string): DispatchView {
  const happened = happenedIn(timezone)
  return {
    team: row.team,
    name: row.name,
    kind: row.kind,
    dispatched: {
      time: formatIso(row.dispatched, timezone),
      entered: formatIso(row.dispatched_entered, timezone),
      by: row.dispatched_by,
    },
    arrived: happened(row.arrived, row.arrived_entered, row.arrived_by),
    released: happened(row.released, row.released_entered, row.released_by),
  }
}

export function checklistItem(row: StepRow, timezone: string): IncidentDetail['checklist'][number] {
  return {
    plan: row.plan,
    step: row.step,
    text: row.text,
    who: row.who,
    due: row.due === null ? null : formatIso(row.due, timezone),
    done: happenedIn(timezone)(row.done, row.done_entered, row.done_by),
    note: row.note,
  }
}

function happenedIn(timezone: string) {
  return (time: number | null, entered: number | null, by: string | null): DispatchView['arrived'] =>
    time === null
      ? null
      : { time: formatIso(time, timezone), entered: formatIso(entered ?? time, timezone), by: by ?? '' }
}
