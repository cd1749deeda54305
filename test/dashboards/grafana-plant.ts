import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { facilityRules } from '../../dashboards/grafana/rules/facility-rules.ts'
import { DEFAULT_LINKS } from '../../dashboards/grafana/rules/links.ts'
import type { AlertRule } from '../../dashboards/grafana/rules/rule.ts'
import { ROOT } from '../contracts/source-files.ts'

/** A facility as a server with InfluxDB has it. */
export function withInfluxDb(facility: Facility): Facility {
  const store = {
    ...facility.store,
    kind: 'influxdb' as const,
    url: 'http://influxdb:8086',
    bucket: 'davylamp',
  }
  return { ...facility, store }
}

export function examplePlant(): Facility {
  const file = 'facility.example.yaml'
  return withInfluxDb(parseFacility(readFileSync(join(ROOT, file), 'utf8'), file))
}

export function rulesOf(facility: Facility, unacknowledgedMs = 900_000): AlertRule[] {
  return facilityRules(facility, { links: DEFAULT_LINKS, unacknowledgedMs }).flatMap(({ rules }) => rules)
}

/** The query of a rule. */
export function queryOf(rule: AlertRule): string {
  const query = rule.data[0]?.model.query
  if (typeof query !== 'string') throw new Error(`${rule.title} asks nothing`)
  return query
}
