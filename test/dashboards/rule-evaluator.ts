import type { AlertRule, RuleQuery } from '../../dashboards/grafana/rules/rule.ts'

/** One labelled series of an answer of the database: its numbers in order of time. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly numbers: readonly (number | null)[]
}

/** Runs InfluxQL as the data source does, in its format time_series. @throws Error of the database */
export type Ask = (query: string) => Promise<Series[]>

/** An alert that fires: its labels, those of the query and those of the rule; and the number B, for people. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number | undefined
}

type Numbers = Map<string, number>

/**
 * Does with a rule what Grafana's documentation says it does: runs the query, reduces each series to a number,
 * compares, and takes no answer at all as the rule says. Whatever it does not know, it refuses.
 */
export async function evaluated(rule: AlertRule, ask: Ask): Promise<Firing[]> {
  const answers = new Map<string, Series[] | Numbers>()
  for (const part of rule.data) {
    if (part.datasourceUid === '__expr__') answers.set(part.refId, expressed(part, answers))
    else if (part.datasourceUid === 'davylamp') answers.set(part.refId, distinct(await ask(queryOf(part))))
    else throw new Error(`no data source ${part.datasourceUid}`)
  }
  const outcome = answers.get(rule.condition)
  if (!(outcome instanceof Map)) throw new Error(`${rule.condition} is no number`)
  const value = answers.get('B')
  if (outcome.size === 0)
    return rule.noDataState === 'Alerting' ? [{ labels: rule.labels, value: undefined }] : []
  return [...outcome]
    .filter(([, fires]) => fires === 1)
    .map(([labels]) => ({
      labels: { ...(JSON.parse(labels) as Record<string, string>), ...rule.labels },
      value: value instanceof Map ? value.get(labels) : undefined,
    }))
}

/** Grafana refuses series that nothing tells apart. */
function distinct(series: Series[]): Series[] {
  const labels = new Set(series.map((one) => JSON.stringify(one.labels)))
  if (labels.size < series.length) throw new Error(`series that are alike: ${[...labels].join(' ')}`)
  return series
}

function queryOf({ model }: RuleQuery): string {
  if (model.rawQuery !== true || model.resultFormat !== 'time_series')
    throw new Error('no raw query of time series')
  return String(model.query)
}

function expressed({ model }: RuleQuery, answers: ReadonlyMap<string, Series[] | Numbers>): Numbers {
  const of = answers.get(String(model.expression))
  if (of === undefined) throw new Error(`no ${String(model.expression)} before it`)
  if (model.type === 'reduce') {
    if (of instanceof Map) throw new Error('numbers are not reduced')
    return new Map(of.map(({ labels, numbers }) => [JSON.stringify(labels), reduced(model.reducer, numbers)]))
  }
  if (model.type !== 'threshold' || !(of instanceof Map))
    throw new Error(`no expression ${String(model.type)}`)
  const [condition, ...more] = model.conditions as { evaluator: { type: string; params: number[] } }[]
  if (condition === undefined || more.length > 0) throw new Error('a threshold has one condition')
  const { type, params } = condition.evaluator
  const [limit, ...others] = params
  if (limit === undefined || others.length > 0) throw new Error(`${type} has one limit`)
  return new Map(Array.from(of, ([labels, number]) => [labels, Number(compared(type, number, limit))]))
}

function reduced(reducer: unknown, numbers: readonly (number | null)[]): number {
  if (reducer === 'count') return numbers.length
  if (reducer === 'last') return numbers.at(-1) ?? Number.NaN
  throw new Error(`no reducer ${String(reducer)}`)
}

function compared(type: string, number: number, limit: number): boolean {
  // Grafana 9.4 writes the limit with six decimals.
  if (Number(limit.toFixed(6)) !== limit) throw new Error(`${limit} is rounded`)
  if (type === 'gt') return number > limit
  if (type === 'lt') return number < limit
  throw new Error(`no comparison ${type}`)
}
