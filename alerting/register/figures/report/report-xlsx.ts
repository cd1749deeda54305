import type { Row, Sheet } from 'write-excel-file/node'
import { CodedError } from '../../../../contracts/errors.ts'
import { LIST_COLUMNS, LIST_TITLES, type ListedHazard } from './hazard-pages.ts'
import type { ReportFigures, ReportHead } from './report-figures.ts'
import { DATE_BASIS, FIGURE_COLUMNS, FIGURE_TITLES } from './words.ts'

/** All rows of a workbook are in memory while it is made. */
export const MOST_XLSX_ROWS = 50_000
/** Of a cell; the format allows 32,767. */
const LONGEST_TEXT = 32_000

type SheetOf = Sheet<never>

export function figuresXlsx({ head, total, sections }: ReportFigures): Promise<Buffer> {
  const titles = ['', ...FIGURE_COLUMNS.map((column) => FIGURE_TITLES[column])]
  const figures = (name: string, of: ReportFigures['total']): Row => [
    text(name),
    ...FIGURE_COLUMNS.map((column) => cell(of[column])),
  ]
  const sheets = sections.map(
    ({ title, items }): SheetOf => ({
      sheet: title,
      stickyRowsCount: 1,
      columns: [{ width: 36 }, ...FIGURE_COLUMNS.map(() => ({ width: 14 }))],
      data: [
        headRow([title, ...titles.slice(1)]),
        ...items.map((item) => figures(item.key ?? 'no smaller region', item)),
        figures('Total', total),
      ],
    }),
  )
  return workbook([about(head, [headRow(titles), figures('Total', total)]), ...sheets])
}

/** @throws CodedError LIST_TOO_LONG */
export async function listXlsx(
  head: ReportHead,
  pages: AsyncIterable<readonly ListedHazard[]>,
): Promise<Buffer> {
  const rows: Row[] = []
  for await (const page of pages) {
    if (rows.length + page.length > MOST_XLSX_ROWS)
      throw new CodedError('LIST_TOO_LONG', `an XLSX file has at most ${MOST_XLSX_ROWS} hazards`)
    for (const hazard of page) rows.push(LIST_COLUMNS.map((column) => cell(hazard[column])))
  }
  return workbook([
    {
      sheet: 'Hazards',
      stickyRowsCount: 1,
      columns: LIST_COLUMNS.map((column) => ({ width: column === 'title' || column === 'region' ? 36 : 16 })),
      data: [headRow(LIST_COLUMNS.map((column) => LIST_TITLES[column])), ...rows],
    },
    about(head, []),
  ])
}

/** It is loaded when somebody asks for it first. */
async function workbook(sheets: SheetOf[]): Promise<Buffer> {
  const { default: writeXlsx } = await import('write-excel-file/node')
  return writeXlsx(sheets).toBuffer()
}

function about({ place, period, from, to, time, only }: ReportHead, more: Row[]): SheetOf {
  const said = {
    Place: place,
    Period: period,
    From: from,
    To: to,
    Made: time,
    Only: only.join(', '),
    Basis: DATE_BASIS,
  }
  const lines = Object.entries(said).map(([name, value]): Row => [text(name), cell(value)])
  return { sheet: 'Report', columns: [{ width: 16 }, { width: 36 }], data: [...lines, [], ...more] }
}

function headRow(titles: readonly string[]): Row {
  return titles.map((title) => ({ value: title, type: String, fontWeight: 'bold' as const }))
}

function cell(value: string | number | null): Row[number] {
  if (value === null || value === '') return null
  return typeof value === 'number' ? { value, type: Number } : text(value)
}

/** A text is one, whatever it begins with: nothing is computed. */
function text(value: string): Row[number] {
  return value === '' ? null : { value: value.slice(0, LONGEST_TEXT), type: String }
}
