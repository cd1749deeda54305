import { qualityOf } from '../../../ingest/store/series-file.ts'
import type { Database, StoredRow } from './stored-row.ts'

interface Answer {
  results: { error?: string; series?: { columns: string[]; values: (string | number | null)[][] }[] }[]
}

/** InfluxDB by its own query interface: whatever measurement and tags a row has, it is one. */
export class InfluxDatabase implements Database {
  readonly #url: string

  constructor(port: number, database: string) {
    this.#url = `http://127.0.0.1:${port}/query?${new URLSearchParams({ db: database, epoch: 'ms' })}`
  }

  async rows(sensor: string): Promise<StoredRow[]> {
    const q = `SELECT "value","quality" FROM /.*/ WHERE "sensor" = '${sensor}'`
    const response = await fetch(this.#url, { method: 'POST', body: new URLSearchParams({ q }) })
    const { results } = (await response.json()) as Answer
    const [result] = results
    if (result?.error !== undefined) throw new Error(result.error)
    // Alarms are tagged with their sensor too.
    const series = (result?.series ?? []).filter(({ columns }) => columns.includes('quality'))
    return series
      .flatMap(({ values }) => values)
      .filter(([, , quality]) => quality !== null)
      .map(([time, value, quality]) => ({
        time: Number(time),
        value: value === null ? undefined : Number(value),
        quality: qualityOf(Number(quality)),
      }))
      .toSorted((a, b) => a.time - b.time)
  }

  async close(): Promise<void> {}
}
