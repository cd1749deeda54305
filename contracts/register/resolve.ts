import { ms, optional } from '../resolve-parts.ts'
import { resolveResponse } from './incident-resolve.ts'
import type { HazardRule, RegisterPlan } from './plan.ts'
import type { RegisterFile } from './schema.ts'

/** The checked section becomes the model that programs use. */
export function resolveRegister(file: RegisterFile): RegisterPlan {
  const { risk, deadline, rules, major } = file
  return {
    risk: { method: risk.method, bands: { LS: risk.ls, LEC: risk.lec } },
    deadlineMs: { general: ms(deadline.general), major: ms(deadline.major) },
    rules: rules.map(resolveRule),
    major,
    response: resolveResponse(file),
  }
}

function resolveRule({
  within,
  for: lasting,
  title,
  count,
  ...rule
}: RegisterFile['rules'][number]): HazardRule {
  return {
    ...rule,
    count: count ?? 0,
    withinMs: within === undefined ? 0 : ms(within),
    forMs: lasting === undefined ? 0 : ms(lasting),
    ...optional('title', title),
  }
}
