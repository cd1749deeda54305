import { CodedError } from '../../../../contracts/errors.ts'
import { LIST_COLUMNS, LIST_TITLES, type ListedHazard } from './hazard-pages.ts'
import type { ReportFigures, ReportHead } from './report-figures.ts'
import { DATE_BASIS, FIGURE_COLUMNS, FIGURE_TITLES } from './words.ts'

/** A page of more is no longer printed. */
export const MOST_HTML_ROWS = 5_000

const STYLE = `@page { size: A4 landscape; margin: 15mm }
body { font: 10pt/1.4 system-ui, "Noto Sans CJK SC", sans-serif; color: #1b2025; margin: 2em; max-width: 270mm }
h1 { font-size: 16pt; margin: 0 0 .3em } h2 { font-size: 12pt; margin: 1.4em 0 .4em; break-after: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1em; margin: 0 } dt { color: #5a646e } dd { margin: 0 }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { border-bottom: 1px solid #c9d0d6; padding: .25em .5em; text-align: left; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tfoot td { font-weight: 600; border-top: 2px solid #1b2025 } p { color: #5a646e }
@media print { body { margin: 0; max-width: none } }`

/** A page of figures by itself, to be printed. */
export function figuresHtml({ head, total, sections }: ReportFigures): string {
  const titles = FIGURE_COLUMNS.map(
    (column) => `<th class="n" scope="col">${escaped(FIGURE_TITLES[column])}</th>`,
  )
  const figures = (name: string, of: ReportFigures['total']) =>
    `<tr><td>${escaped(name)}</td>${FIGURE_COLUMNS.map((column) => `<td class="n">${number(of[column])}</td>`).join('')}</tr>`
  const tables = sections.map(
    ({ title, items }) => `<h2>${escaped(title)}</h2>
<table><thead><tr><th scope="col"></th>${titles.join('')}</tr></thead>
<tbody>${items.map((item) => figures(item.key ?? 'no smaller region', item)).join('\n')}</tbody>
<tfoot>${figures('Total', total)}</tfoot></table>`,
  )
  return page('Hazards: figures', head, tables.join('\n'))
}

/** @throws CodedError LIST_TOO_LONG */
export async function listHtml(
  head: ReportHead,
  pages: AsyncIterable<readonly ListedHazard[]>,
): Promise<string> {
  const rows: string[] = []
  for await (const hazards of pages) {
    if (rows.length + hazards.length > MOST_HTML_ROWS)
      throw new CodedError('LIST_TOO_LONG', `a page to print has at most ${MOST_HTML_ROWS} hazards`)
    for (const hazard of hazards)
      rows.push(
        `<tr>${LIST_COLUMNS.map((column) => `<td>${escaped(String(hazard[column] ?? ''))}</td>`).join('')}</tr>`,
      )
  }
  const titles = LIST_COLUMNS.map((column) => `<th scope="col">${escaped(LIST_TITLES[column])}</th>`)
  return page(
    'Hazards: list',
    head,
    `<h2>${rows.length} hazards</h2>
<table><thead><tr>${titles.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
  )
}

function page(title: string, { place, period, from, to, time, only }: ReportHead, body: string): string {
  const about = {
    Place: place,
    Period: period,
    From: from,
    To: to,
    Only: only.join(', ') || null,
    Made: time,
  }
  const lines = Object.entries(about).flatMap(([name, value]) =>
    value === null ? [] : [`<dt>${name}</dt><dd>${escaped(value)}</dd>`],
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(`${title}, ${place}, ${period}`)}</title>
<style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<dl>${lines.join('')}</dl>
<p>${escaped(DATE_BASIS)}</p>
${body}
</body></html>
`
}

function number(value: number | null): string {
  return value === null ? '–' : String(value)
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
