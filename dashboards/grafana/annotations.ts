import type { AnnotationQuery } from '@grafana/grafana-foundation-sdk/dashboard'
import { chosen, IN_RANGE, type ScopeVariable } from './influxql.ts'
import { COLOUR } from './look.ts'
import { DATASOURCE } from './target.ts'

/** Columns that hold what an annotation says. */
interface Columns {
  titleColumn: string
  textColumn: string
  tagsColumn: string
}

/** What the InfluxDB data source adds to an annotation: in `target` since 9.5, beside it before. */
interface InfluxAnnotation extends AnnotationQuery, Columns {
  query: string
}

/** At most so many at once, the newest: a flood is a dark band as it is. */
const MOST = 500

/**
 * Alarm transitions as marks on every trend, from the measurement `alarm`: raised ones in red, and all others in grey,
 * which are off until somebody switches them on.
 */
export function alarmAnnotations(...within: ScopeVariable[]): AnnotationQuery[] {
  const scope = chosen(...within)
  return [
    annotation('Alarms raised', COLOUR.critical, true, `"event" = 'raised' AND ${scope}`),
    annotation('Other transitions', COLOUR.normal, false, `"event" <> 'raised' AND ${scope}`),
  ]
}

function annotation(name: string, iconColor: string, enable: boolean, where: string): InfluxAnnotation {
  const query = `SELECT "message", "alarm", "event", "priority" FROM "alarm" WHERE ${where} AND ${IN_RANGE} ORDER BY time DESC LIMIT ${MOST}`
  const columns: Columns = { titleColumn: 'event', textColumn: 'message', tagsColumn: 'alarm,priority' }
  const target = {
    refId: 'Anno',
    datasource: DATASOURCE,
    rawQuery: true,
    resultFormat: 'table',
    fromAnnotations: true,
    query,
    ...columns,
    _implementsDataqueryVariant: () => undefined,
  }
  return { name, datasource: DATASOURCE, enable, hide: false, iconColor, query, ...columns, target }
}
