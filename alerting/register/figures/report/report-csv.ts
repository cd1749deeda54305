import { formatCsv, guarded } from '../../../../contracts/csv.ts'
import { LIST_COLUMNS, LIST_TITLES, type ListedHazard } from './hazard-pages.ts'
import type { ReportFigures } from './report-figures.ts'
import { DATE_BASIS, FIGURE_COLUMNS, FIGURE_TITLES } from './words.ts'

/** Excel takes a text for UTF-8 by it. */
const BYTE_ORDER_MARK = '\ufeff'

/** One row for each figure's place; what the report is about stands in rows of the section `report`. */
export function figuresCsv({ head, total, sections }: ReportFigures): string {
  const { place, period, from, to, time, only } = head
  const about = { place, period, from, to, time, only: only.join(', '), basis: DATE_BASIS }
  const figures = (section: string, name: string, of: ReportFigures['total']) => [
    section,
    name,
    ...FIGURE_COLUMNS.map((column) => of[column]),
  ]
  return text([
    ['Section', 'Name', ...FIGURE_COLUMNS.map((column) => FIGURE_TITLES[column])],
    figures('Total', '', total),
    ...sections.flatMap(({ title, items }) =>
      items.map((item) => figures(title, item.key ?? 'no smaller region', item)),
    ),
    ...Object.entries(about).map(([name, value]) => ['Report', name, value]),
  ])
}

/** A list, page by page. */
export async function* listCsv(pages: AsyncIterable<readonly ListedHazard[]>): AsyncGenerator<string> {
  yield text([LIST_COLUMNS.map((column) => LIST_TITLES[column])])
  for await (const page of pages)
    yield formatCsv(page.map((hazard) => LIST_COLUMNS.map((column) => cell(hazard[column]))))
}

function text(rows: readonly (readonly (string | number | null)[])[]): string {
  return BYTE_ORDER_MARK + formatCsv(rows.map((row) => row.map(cell)))
}

/** Texts are typed by people, some of them by anybody: none is computed by who opens the file. */
function cell(value: string | number | null): string {
  if (value === null) return ''
  return typeof value === 'number' ? String(value) : guarded(value)
}
