import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'

/** Every panel asks the data source that the dashboard's first variable names. */
export const DATASOURCE = { type: 'influxdb', uid: '${datasource}' } as const

/** What a target is in the JSON of a dashboard, as the InfluxDB data source reads it. */
export interface InfluxTarget extends Dataquery {
  refId: string
  datasource: typeof DATASOURCE
  rawQuery: true
  query: string
  resultFormat: 'time_series' | 'table'
  /** Name of a series: text with `$tag_sensor`, `$col`, `$m`. */
  alias?: string
  hide?: boolean
}

/** The SDK has no query of InfluxQL: this is it. */
export class InfluxQuery implements Builder<Dataquery> {
  readonly #target: Omit<InfluxTarget, 'refId' | '_implementsDataqueryVariant'>
  readonly #refId: string

  private constructor(
    refId: string,
    query: string,
    more: { resultFormat: InfluxTarget['resultFormat']; alias?: string },
  ) {
    this.#refId = refId
    this.#target = { datasource: DATASOURCE, rawQuery: true, query, ...more }
  }

  /** Series by time; `alias` names them, since versions differ in what they call one without. */
  static series(query: string, alias: string, refId = 'A'): InfluxQuery {
    return new InfluxQuery(refId, query, { resultFormat: 'time_series', alias })
  }

  /** Rows: the column `Time`, then tags, then what was selected, by name. */
  static table(query: string, refId = 'A'): InfluxQuery {
    return new InfluxQuery(refId, query, { resultFormat: 'table' })
  }

  build(): InfluxTarget {
    return { refId: this.#refId, ...this.#target, _implementsDataqueryVariant: () => undefined }
  }
}
