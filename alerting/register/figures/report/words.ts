import type { FigureDimension, HazardFigures } from '../../../../contracts/register/figures-api.ts'

export const REPORT_KINDS = ['figures', 'list'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]
export const HAZARD_REPORT_FORMATS = ['csv', 'xlsx', 'html'] as const
export type HazardReportFormat = (typeof HAZARD_REPORT_FORMATS)[number]

/** What a report tells figures apart by, in this order. */
export const SECTIONS = [
  'region',
  'grade',
  'kind',
  'source',
  'month',
] as const satisfies readonly FigureDimension[]

export const SECTION_TITLES: Readonly<Record<FigureDimension, string>> = {
  region: 'By region',
  grade: 'By grade',
  kind: 'By kind',
  source: 'By source',
  month: 'By month',
  facility: 'By facility',
}

/** Columns of figures. Key: in the API. */
export const FIGURE_TITLES = {
  identified: 'Identified',
  closed: 'Closed',
  open: 'Open',
  overdue: 'Overdue',
  rectificationRate: 'Rectified, %',
  closedOnTime: 'On time',
  onTimeRate: 'On time, %',
  meanDaysToClose: 'Days to close',
} as const satisfies Record<keyof HazardFigures, string>

export const FIGURE_COLUMNS = Object.keys(FIGURE_TITLES) as (keyof HazardFigures)[]

/** Which date decides, in a sentence for every report. */
export const DATE_BASIS =
  'Counted are hazards found in the period, by the clock of each plant; closed, open and overdue are as of the time of this report.'
