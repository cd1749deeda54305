import { CodedError } from '../../../../contracts/errors.ts'
import type { FigureItem, FiguresView, HazardFigures } from '../../../../contracts/register/figures-api.ts'
import type { FiguresSource, HazardFilter } from '../figures-query.ts'
import { SECTION_TITLES, SECTIONS } from './words.ts'

/** Figures of a period, as a report has them. */
export interface ReportFigures {
  readonly head: ReportHead
  readonly total: HazardFigures
  readonly sections: readonly { readonly title: string; readonly items: readonly FigureItem[] }[]
}

/** What stands above every report. */
export interface ReportHead {
  /** Where: region, facility or all. */
  readonly place: string
  readonly period: string
  readonly from: string | null
  readonly to: string | null
  /** When it was made, ISO 8601. */
  readonly time: string
  /** What else it is kept to, such as `grade major`. */
  readonly only: readonly string[]
}

/** @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN */
export async function reportFigures(desk: FiguresSource, filter: HazardFilter): Promise<ReportFigures> {
  const views: FiguresView[] = []
  // One after the other: a report is no reason to keep others waiting.
  for (const by of SECTIONS) views.push(await desk.figures({ ...filter, by }))
  const [first] = views
  if (first === undefined) throw new CodedError('INTERNAL', 'a report without sections')
  return {
    head: headOf(first, filter),
    total: first.total,
    sections: views.flatMap(({ by, items }) =>
      by === null || items.length === 0 ? [] : [{ title: SECTION_TITLES[by], items }],
    ),
  }
}

export function headOf(view: FiguresView, { grade, kind, source }: HazardFilter): ReportHead {
  const { region, facility, period, time } = view
  return {
    place: [region, facility].filter((name) => name !== null).join(', ') || 'all regions',
    period: period.name === 'window' ? `${period.from} to ${period.to}` : period.name,
    from: period.from,
    to: period.to,
    time,
    only: Object.entries({ grade, kind, source }).flatMap(([name, word]) =>
      word === undefined ? [] : [`${name} ${word}`],
    ),
  }
}
