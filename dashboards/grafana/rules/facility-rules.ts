import { SENSOR_KINDS } from '../../../contracts/facility-words.ts'
import { limitRules } from './limit-rules.ts'
import { lineRules } from './line-rules.ts'
import type { Links } from './links.ts'
import { faultRules, rangeRules } from './range-rules.ts'
import { alertRule, type RuleGroup, type RuleSpec, ruleGroup } from './rule.ts'
import { CALM_MS, EVERY_MS, type RuledFacility } from './ruled-sensors.ts'
import { silenceRules } from './silence-rules.ts'
import { standingRules } from './standing-rules.ts'

/** All rules of a facility; those of one kind of sensor are a group, in which one waits for the other. */
export function facilityRules(
  facility: RuledFacility,
  { links, unacknowledgedMs }: { links: Links; unacknowledgedMs: number },
): RuleGroup[] {
  const limits = [...limitRules(facility), ...rangeRules(facility)]
  const [sensors, others] = [faultRules(facility), silenceRules(facility)]
  const isCounted = ({ runbook }: RuleSpec) => runbook === 'sensor-silent'
  const groups: [name: string, everyMs: number, specs: readonly RuleSpec[]][] = [
    ...SENSOR_KINDS.map((kind): [string, number, RuleSpec[]] => [
      `limits of ${kind}`,
      EVERY_MS,
      limits.filter(({ topic }) => topic === kind),
    ]),
    ['sensors', CALM_MS, [...sensors, ...others.filter(isCounted)]],
    ['silence', EVERY_MS, others.filter((spec) => !isCounted(spec))],
    ['line', EVERY_MS, lineRules(facility)],
    ['unacknowledged', EVERY_MS, standingRules(facility, unacknowledgedMs)],
  ]
  return groups
    .filter(([, , specs]) => specs.length > 0)
    .map(([name, everyMs, specs]) =>
      ruleGroup(
        `${facility.id} ${name}`,
        everyMs,
        specs.map((spec) => alertRule(spec, links)),
      ),
    )
}
