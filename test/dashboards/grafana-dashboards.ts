import { readdirSync, readFileSync } from 'node:fs'
import { FOLDER } from '../../dashboards/grafana/files.ts'

/** What we read of the committed JSON of a dashboard. */
export interface DashboardFile {
  uid: string
  title: string
  time: { from: string; to: string }
  templating: { list: readonly VariableFile[] }
  annotations: { list: readonly AnnotationFile[] }
  panels: readonly PanelFile[]
}

export interface VariableFile {
  type: string
  name: string
  query?: string
  includeAll?: boolean
  allValue?: string
  current?: { value?: string | readonly string[] }
}

export interface AnnotationFile {
  name: string
  query: string
  titleColumn: string
  textColumn: string
  tagsColumn: string
}

export interface PanelFile {
  title: string
  type: string
  repeat?: string
  maxDataPoints?: number
  targets?: readonly TargetFile[]
  transformations?: readonly { id: string; options: Readonly<Record<string, unknown>> }[]
  fieldConfig: {
    overrides: readonly { matcher: { id: string; options: string } }[]
  }
}

export interface TargetFile {
  refId: string
  query: string
  resultFormat: 'time_series' | 'table'
  alias?: string
}

/** All committed dashboards, as Grafana reads them. */
export function committedDashboards(): DashboardFile[] {
  const folder = new URL(`../../${FOLDER}/`, import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.sort().map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as DashboardFile)
}
