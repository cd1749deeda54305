import type { Facility } from '../../../contracts/facility.ts'
import type { AlarmKpi } from '../../../contracts/kpi.ts'
import { kpiCsv } from './csv.ts'
import { kpiMarkdown } from './markdown.ts'

export const REPORT_FORMATS = ['markdown', 'csv'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

export interface ReportOptions {
  readonly facility: Pick<Facility, 'name' | 'timezone'>
  /** Such as 2026-11. */
  readonly month: string
  readonly format: ReportFormat
}

/** The report of a month. */
export function reportText(kpi: AlarmKpi, { facility, month, format }: ReportOptions): string {
  const { name, timezone } = facility
  return format === 'csv' ? kpiCsv(kpi) : kpiMarkdown(kpi, { name, timezone, month })
}
