import type { Ask, Series } from '../dashboards/rule-evaluator.ts'
import type { Influxd } from './influxd.ts'

interface Answer {
  error?: string
  results?: {
    error?: string
    series?: { tags?: Record<string, string>; columns: string[]; values: (number | null)[][] }[]
  }[]
}

/** Asks a database as Grafana's data source does: a series for each column but the time. */
export function askInflux(influxd: Influxd, database: string): Ask {
  return async (query) => {
    const { error, results = [] } = (await influxd.ask(query, { db: database })) as Answer
    const [result, ...more] = results
    const trouble = error ?? result?.error
    if (trouble !== undefined) throw new Error(`${trouble}: ${query}`)
    if (more.length > 0) throw new Error(`more than one statement: ${query}`)
    return (result?.series ?? []).flatMap(({ tags = {}, columns, values }) =>
      columns.flatMap((column, index): Series[] =>
        column === 'time' ? [] : [{ labels: tags, numbers: values.map((row) => row[index] ?? null) }],
      ),
    )
  }
}
