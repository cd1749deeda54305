import type { DataLink } from './panels/shown.ts'

/** Pages of the console, by the routes in dashboards/console/src/route.ts. */
export const TO_ALARM: DataLink = {
  title: 'Acknowledge, shelve, what to do: console',
  url: '${console}/#/alarm/${__data.fields.facility}/${__data.fields.alarm}',
}
export const TO_SENSOR: DataLink = {
  title: 'Sensor in the console',
  url: '${console}/#/sensor/${__data.fields.sensor}',
}
/** Where each series is a sensor and has its name: tiles and lines. */
export const TO_NAMED_SENSOR: DataLink = {
  title: 'Sensor in the console',
  url: '${console}/#/sensor/${__series.name}',
}

/** Another dashboard of ours, with time and scope; `variables` are added: `var-area=${__value.raw}`. */
export function toBoard(name: string, title: string, ...variables: string[]): DataLink {
  const query = [
    '${__url_time_range}',
    '${facility:queryparam}',
    'var-console=${console}',
    ...variables,
  ].join('&')
  return { title, url: `/d/davylamp-${name}?${query}` }
}
