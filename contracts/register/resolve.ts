import { dirname } from 'node:path'
import { ms, optional } from '../resolve-parts.ts'
import { resolveExport } from './export-resolve.ts'
import type { HazardRule, RegisterPlan } from './plan.ts'
import { resolveReports } from './report-plan.ts'
import type { RegisterFile } from './schema.ts'

/** The checked section becomes the model that programs use. `file` is what paths are relative to. */
export function resolveRegister(
  { risk, deadline, rules, major, exports, reports }: RegisterFile,
  file: string,
): RegisterPlan {
  return {
    risk: { method: risk.method, bands: { LS: risk.ls, LEC: risk.lec } },
    deadlineMs: { general: ms(deadline.general), major: ms(deadline.major) },
    rules: rules.map(resolveRule),
    major,
    exports: exports.map((each) => resolveExport(each, dirname(file))),
    reports: resolveReports(reports),
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
