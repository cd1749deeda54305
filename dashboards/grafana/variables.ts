import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { chosen, type ScopeVariable } from './influxql.ts'
import { DATASOURCE } from './target.ts'

/** Where the console is; people set it once, and the link keeps it. */
export const DEFAULT_CONSOLE = 'http://127.0.0.1:8080'

const LABELS: Readonly<Record<ScopeVariable, string>> = {
  facility: 'Facility',
  area: 'Area',
  sensor: 'Sensor',
  unit: 'Unit',
  gateway: 'Gateway',
  region: 'Region',
}

/** Which data source all panels ask: the one that is provisioned, unless somebody chooses another. */
export function datasourceVariable() {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type('influxdb')
    .current({ selected: true, text: 'Davylamp', value: 'davylamp' })
}

/**
 * Values of a tag that `measurement` has, within what the variables before it choose. All is `.*` and no list, so
 * that a plant of thousands of sensors makes no query of thousands of names. `only` is a condition on other tags.
 */
export function scopeVariable(
  name: ScopeVariable,
  measurement: string,
  within: readonly ScopeVariable[] = [],
  only?: string,
) {
  const conditions = [
    ...(within.length === 0 ? [] : [chosen(...within)]),
    ...(only === undefined ? [] : [only]),
  ]
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  const query = `SHOW TAG VALUES FROM "${measurement}" WITH KEY = "${name}"${where}`
  return new QueryVariableBuilder(name)
    .label(LABELS[name])
    .datasource(DATASOURCE)
    .query(query)
    .definition(query)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .current({ selected: true, text: ['All'], value: ['$__all'] })
}

export function consoleVariable() {
  return new TextBoxVariableBuilder('console').label('Console').defaultValue(DEFAULT_CONSOLE)
}
