import { Readable } from 'node:stream'
import type { RegisterContext } from '../../context.ts'
import type { FiguresSource, HazardFilter } from '../figures-query.ts'
import { hazardPages } from './hazard-pages.ts'
import { figuresCsv, listCsv } from './report-csv.ts'
import { headOf, type ReportFigures, reportFigures } from './report-figures.ts'
import { figuresHtml, listHtml } from './report-html.ts'
import { figuresXlsx, listXlsx } from './report-xlsx.ts'
import type { HazardReportFormat, ReportKind } from './words.ts'

export interface ReportChoice {
  readonly kind: ReportKind
  readonly format: HazardReportFormat
}

/** A report as a file. */
export interface ReportFile {
  readonly name: string
  readonly type: string
  readonly body: string | Buffer | Readable
}

const TYPES: Readonly<Record<HazardReportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html; charset=utf-8',
}

const OF_FIGURES = { csv: figuresCsv, xlsx: figuresXlsx, html: figuresHtml } as const satisfies Record<
  HazardReportFormat,
  (figures: ReportFigures) => string | Promise<Buffer>
>

/** @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN, LIST_TOO_LONG */
export async function hazardReport(
  context: Pick<RegisterContext, 'db' | 'now'>,
  desk: FiguresSource,
  filter: HazardFilter,
  { kind, format }: ReportChoice,
): Promise<ReportFile> {
  return {
    name: `hazards-${kind}-${filter.period.name}.${format}`,
    type: TYPES[format],
    body:
      kind === 'figures'
        ? await OF_FIGURES[format](await reportFigures(desk, filter))
        : await listBody(context, desk, filter, format),
  }
}

async function listBody(
  context: Pick<RegisterContext, 'db' | 'now'>,
  desk: FiguresSource,
  filter: HazardFilter,
  format: HazardReportFormat,
): Promise<ReportFile['body']> {
  // Names that are not there are refused before anything is sent.
  const head = headOf(await desk.figures(filter), filter)
  const pages = hazardPages(context, filter)
  switch (format) {
    case 'csv':
      return Readable.from(listCsv(pages))
    case 'xlsx':
      return listXlsx(head, pages)
    case 'html':
      return listHtml(head, pages)
  }
}
