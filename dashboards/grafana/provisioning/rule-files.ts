import type { AlertRule, RuleGroup, RuleQuery } from '../rules/rule.ts'
import { literal, yamlFile } from './yaml-file.ts'

/** The rules of one facility. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  return yamlFile({
    groups: groups.map((group) => ({
      ...group,
      name: literal(group.name),
      rules: group.rules.map(writtenRule),
    })),
  })
}

/** Variables are replaced everywhere but in annotations. */
function writtenRule(rule: AlertRule): object {
  return {
    ...rule,
    title: literal(rule.title),
    data: rule.data.map(writtenQuery),
    labels: Object.fromEntries(Object.entries(rule.labels).map(([name, text]) => [name, literal(text)])),
  }
}

function writtenQuery({ model, ...query }: RuleQuery): object {
  return {
    ...query,
    model: Object.fromEntries(
      Object.entries(model).map(([key, value]) => [key, typeof value === 'string' ? literal(value) : value]),
    ),
  }
}
