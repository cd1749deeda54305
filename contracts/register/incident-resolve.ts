import { ms, optional } from '../resolve-parts.ts'
import type { AutoOpenRule, EmergencyPlan, ResponsePlan, StockItem, Team } from './incident-plan.ts'
import type { PlanFile, ResponseFile, StockFile, TeamFile } from './incident-schema.ts'

/** The checked sections of teams, stock and response times become the model that programs use. */
export function resolveResponse(file: {
  response: ResponseFile
  teams: readonly TeamFile[]
  stock: readonly StockFile[]
}): ResponsePlan {
  const { community, ground, air, autoOpen } = file.response
  return {
    targetMs: { community: ms(community), ground: ms(ground), air: ms(air) },
    autoOpen: autoOpen.map(
      ({ match, plan, level }): AutoOpenRule => ({ match, level, ...optional('plan', plan) }),
    ),
    teams: new Map(
      file.teams.map((team): [string, Team] => [team.id, { ...team, name: team.name ?? team.id }]),
    ),
    stock: new Map(
      file.stock.map((item): [string, StockItem] => [item.id, { ...item, name: item.name ?? item.id }]),
    ),
  }
}

/** In the order of the file. Key: plan. */
export function resolvePlans(files: readonly PlanFile[]): ReadonlyMap<string, EmergencyPlan> {
  return new Map(
    files.map(({ use, steps, ...plan }): [string, EmergencyPlan] => [
      plan.id,
      {
        ...plan,
        name: plan.name ?? plan.id,
        steps: steps.map(({ within, ...step }) => ({
          ...step,
          ...optional('withinMs', within === undefined ? undefined : ms(within)),
        })),
      },
    ]),
  )
}
