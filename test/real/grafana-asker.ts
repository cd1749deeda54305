import {
  type InfluxAnswer,
  type InfluxSeries,
  rowsOf,
  seriesNames,
  tableColumns,
} from '../dashboards/grafana-answer.ts'
import type { DashboardFile, PanelFile, TargetFile, VariableFile } from '../dashboards/grafana-dashboards.ts'
import {
  type Chosen,
  interpolated,
  intervalOf,
  type QueryScope,
  relativeTime,
} from '../dashboards/grafana-variables.ts'
import type { Influxd } from './influxd.ts'

/**
 * A plant that has just begun is looked at so far back, ms: what grew between two parts of a range of hours has nothing to
 * show for minutes.
 */
const YOUNG_MS = 900_000
/** Points that a panel asks for: pixels of its width. */
const POINTS = 1_000

export interface AskedTarget {
  refId: string
  rows: number
  /** Names of the fields that Grafana makes of it. */
  names: readonly string[]
}

/** Asks InfluxDB what Grafana asks for a dashboard. */
export class GrafanaAsker {
  readonly #influxd: Influxd
  readonly #database: string

  constructor(influxd: Influxd, database: string) {
    this.#influxd = influxd
    this.#database = database
  }

  /**
   * What is chosen when the dashboard opens: all, or the first of what InfluxDB knows. `chosen` is what somebody has
   * chosen himself.
   */
  async scope(
    dashboard: DashboardFile,
    now: number,
    chosen: Readonly<Record<string, readonly string[]>> = {},
  ): Promise<{ scope: QueryScope; known: ReadonlyMap<string, readonly string[]> }> {
    const range = { from: now - YOUNG_MS, to: relativeTime(dashboard.time.to, now) }
    const variables: Record<string, Chosen> = {}
    const scope: QueryScope = { ...range, intervalMs: intervalOf(range, POINTS), variables }
    const known = new Map<string, readonly string[]>()
    for (const variable of dashboard.templating.list) {
      const { name } = variable
      const values = variable.type === 'query' ? await this.#values(variable, scope) : own(variable)
      known.set(name, values)
      variables[name] = pick(variable, chosen[name] ?? values, Object.hasOwn(chosen, name))
    }
    return { scope, known }
  }

  /** @throws Error with what InfluxDB says of the query */
  async ask(query: string, scope: QueryScope): Promise<readonly InfluxSeries[]> {
    const sent = interpolated(query, scope)
    const answer = (await this.#influxd.ask(sent, { db: this.#database })) as InfluxAnswer
    const error = answer.error ?? answer.results[0]?.error
    if (error !== undefined) throw new Error(`${error}: ${sent}`)
    return answer.results[0]?.series ?? []
  }

  async target({ refId, query, resultFormat, alias }: TargetFile, scope: QueryScope): Promise<AskedTarget> {
    const series = await this.ask(query, scope)
    const names = resultFormat === 'table' ? tableColumns(series) : seriesNames(series, alias ?? '')
    return { refId, rows: rowsOf(series), names: ['Time', ...names] }
  }

  /** A panel that repeats is there once for each value of its variable. */
  copies(panel: PanelFile, scope: QueryScope, known: ReadonlyMap<string, readonly string[]>): Copy[] {
    const { repeat, title, maxDataPoints } = panel
    const sized = { ...scope, intervalMs: intervalOf(scope, maxDataPoints ?? POINTS) }
    if (repeat === undefined) return [{ title: inText(title, scope), scope: sized }]
    return (known.get(repeat) ?? []).map((value) => {
      const own = { ...sized, variables: { ...scope.variables, [repeat]: { values: [value] } } }
      return { title: inText(title, own), scope: own }
    })
  }

  async #values({ name, query = '' }: VariableFile, scope: QueryScope): Promise<string[]> {
    const series = await this.ask(query, scope)
    const values = series.flatMap((each) => each.values.map((row) => String(row.at(-1))))
    if (values.some((value) => value === '')) throw new Error(`${name} can be nothing`)
    return [...new Set(values)].sort()
  }
}

interface Copy {
  title: string
  scope: QueryScope
}

function own({ query = '', current }: VariableFile): readonly string[] {
  const value = current?.value ?? query
  return typeof value === 'string' ? [value] : value
}

function pick(
  { includeAll = false, allValue }: VariableFile,
  values: readonly string[],
  isChosen: boolean,
): Chosen {
  if (isChosen) return { values }
  if (!includeAll) return { values: values.slice(0, 1) }
  return allValue === undefined ? { values } : { values, allValue }
}

/** A title says `All` for all. */
function inText(title: string, scope: QueryScope): string {
  return title.replaceAll(/\$\{?(\w+)\}?/g, (text, name: string) => {
    const chosen = scope.variables[name]
    if (chosen === undefined) return text
    return chosen.allValue === undefined ? chosen.values.join(' + ') : 'All'
  })
}
