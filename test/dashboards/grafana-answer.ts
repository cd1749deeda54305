/** What InfluxDB answers to one query. */
export interface InfluxAnswer {
  results: readonly { series?: readonly InfluxSeries[]; error?: string }[]
  error?: string
}

export interface InfluxSeries {
  name: string
  tags?: Readonly<Record<string, string>>
  columns: readonly string[]
  values: readonly (readonly unknown[])[]
}

/** Rows that hold at least one value beside their time: `fill(null)` makes some of nothing. */
export function rowsOf(series: readonly InfluxSeries[]): number {
  return series
    .flatMap(({ values }) => values)
    .filter((row) => row.slice(1).some((value) => value !== null && value !== undefined)).length
}

/**
 * Names of the series that the InfluxDB data source of Grafana makes of an answer: one for each column of each.
 * @throws Error when the alias names what the query does not group by
 */
export function seriesNames(series: readonly InfluxSeries[], alias: string): string[] {
  return series.flatMap((each) => each.columns.slice(1).map((column) => named(alias, each, column)))
}

function named(alias: string, { name, tags = {} }: InfluxSeries, column: string): string {
  return alias.replaceAll(/\$(\w+)|\[\[(\w+)\]\]/g, (text, plain, bracketed) => {
    const word: string = plain ?? bracketed
    if (word === 'm' || word === 'measurement') return name
    if (word === 'col') return column
    const tag = word.startsWith('tag_') ? tags[word.slice(4)] : undefined
    if (tag === undefined) throw new Error(`alias ${alias}: the answer has no ${text}`)
    return tag
  })
}

/** Names of the columns of a table that it makes of an answer: the time, then tags, then what was selected. */
export function tableColumns(series: readonly InfluxSeries[]): string[] {
  const all = series.flatMap(({ tags = {}, columns }) => ['Time', ...Object.keys(tags), ...columns.slice(1)])
  return [...new Set(all)]
}
