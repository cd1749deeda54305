import { isActive } from '../../../contracts/alarm.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { PlanView, TeamView } from '../../../contracts/register/incident-api.ts'
import type { EmergencyPlan, Team } from '../../../contracts/register/incident-plan.ts'
import { plansFor } from '../../../contracts/register/plan-trigger.ts'
import type { RegisterPlace } from '../context.ts'
import type { RegisterDb } from '../store/tables.ts'
import type { TeamRow } from './incident-tables.ts'

/** The emergency plans of a facility, with the active alarms that call for each. */
export function planViews(place: RegisterPlace): PlanView[] {
  const { facility } = place
  const calls = new Map<EmergencyPlan, string[]>()
  if (facility.plans.size > 0)
    for (const { config } of place.alarms.entries()) {
      const alarm = place.alarms.view(config.id)
      if (alarm === undefined || !isActive(alarm.live)) continue
      const quantity = facility.sensors.get(alarm.sensor)?.quantity
      for (const plan of plansFor(facility.plans, { ...alarm, quantity }))
        calls.set(plan, [...(calls.get(plan) ?? []), alarm.id])
    }
  return Array.from(facility.plans.values(), (plan) => planView(facility.id, plan, calls.get(plan) ?? []))
}

function planView(facility: string, plan: EmergencyPlan, calledFor: string[]): PlanView {
  const { id, name, kind, document = null } = plan
  return {
    facility,
    id,
    name,
    kind,
    triggers: structuredClone(plan.triggers) as PlanView['triggers'],
    teams: [...plan.teams],
    stock: [...plan.stock],
    steps: plan.steps.map((step) => ({
      id: step.id,
      text: step.text,
      by: step.by ?? null,
      withinSeconds: step.withinMs === undefined ? null : step.withinMs / 1_000,
    })),
    contacts: [...plan.contacts],
    document,
    calledFor,
  }
}

/** The teams of a facility: who has them now, and where they are. `now`: epoch ms. */
export async function teamViews(db: RegisterDb, place: RegisterPlace, now: number): Promise<TeamView[]> {
  const { facility } = place
  const busy = await db
    .selectFrom('incident_team')
    .selectAll()
    .where('facility', '=', facility.id)
    .where('released', 'is', null)
    .execute()
  const { teams } = facility.register.response
  const duties = [...teams.values()].some(({ duty }) => duty !== undefined) ? place.roster.duties(now) : []
  return Array.from(teams.values(), (team) => {
    const duty = duties.find((found) => found.duty === team.duty)
    const row = busy.find((found) => found.team === team.id)
    return teamView(place, team, { onDuty: duty?.now.persons ?? [], row })
  })
}

function teamView(
  { facility }: RegisterPlace,
  team: Team,
  { onDuty, row }: { onDuty: readonly { id: string; name: string }[]; row: TeamRow | undefined },
): TeamView {
  const people = new Map(
    team.responders.map((id): [string, string] => [id, facility.notify.responders.get(id)?.name ?? id]),
  )
  for (const { id, name } of onDuty) people.set(id, name)
  const time = (ms: number) => formatIso(ms, facility.timezone)
  return {
    facility: facility.id,
    id: team.id,
    name: team.name,
    kind: team.kind,
    phone: team.phone ?? null,
    base: team.base ?? null,
    duty: team.duty ?? null,
    onDuty: Array.from(people, ([id, name]) => ({ id, name })),
    busy:
      row === undefined
        ? null
        : {
            incident: row.number,
            dispatched: time(row.dispatched),
            arrived: row.arrived === null ? null : time(row.arrived),
          },
  }
}
